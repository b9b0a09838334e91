import AAA

/// What `tollkeeper offenders` and `tollkeeper emergency` ask `radius` on its local socket.
enum NightAnswers {
    /// nil when the line asks for something else.
    static func lines(to line: String, _ runtime: RadiusRuntime) -> [String]? {
        if let question = EmergencyQuestion(line: line) {
            let everywhere = runtime.policy.read { $0.preferences.emergency }
            return runtime.emergencies.answer(question, everywhere: everywhere, now: Moment.now().wall)
        }
        if let question = OffendersQuestion(line: line) {
            let now = Moment.now().monotonic
            let names = runtime.policy.read { $0.nas.mapValues(\.name) }
            return runtime.loginGuard.offenders(top: question.top, now: now).map { offender in
                OffenderLine(offender, nas: names[offender.nasID], now: now).text
            }
        }
        return nil
    }
}
