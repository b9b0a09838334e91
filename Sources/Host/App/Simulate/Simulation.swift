import AAA
import RADIUS

/// A run of the simulated router: every line logs in and starts, all report in rounds, all stop.
struct Simulation {
    /// What each session carries per round, by default: 25 MB up, 250 MB down.
    static let usualTraffic = Traffic(input: 25_000_000, output: 250_000_000)

    var lines: [AccessLine]
    /// Tried in turn, line by line.
    var methods: [PasswordMethod]
    var interims: Int
    /// Seconds of session time between two reports.
    var interval: Int64
    var traffic = Simulation.usualTraffic
    var startsWithBoot = false
    /// Leaves the sessions open.
    var staysOnline = false

    /// Runs to the end. Time is simulated: the sessions began far enough in the past for the last report to be now.
    func run(_ bng: SimulatedBNG, now: Int64) -> SimulationReport {
        var report = SimulationReport()
        let start = now - interval * Int64(interims + 1)
        if startsWithBoot {
            report.count { () throws(RADIUSClient.Failure) in
                try bng.boot(at: start); return 1
            }
        }
        var sessions = logIn(bng, at: start, &report)
        for round in 1...(interims + 1) {
            let isLast = round == interims + 1
            if isLast && staysOnline { break }
            for index in sessions.indices {
                sessions[index].traffic.input += traffic.input
                sessions[index].traffic.output += traffic.output
                let session = sessions[index]
                report.count { () throws(RADIUSClient.Failure) in
                    try bng.report(session, isLast ? .stop : .interim, at: start + interval * Int64(round))
                }
            }
        }
        report.sessions = sessions
        return report
    }

    private func logIn(_ bng: SimulatedBNG, at now: Int64, _ report: inout SimulationReport) -> [SimulatedSession] {
        var sessions: [SimulatedSession] = []
        for (index, line) in lines.enumerated() {
            let login = bng.login(line, by: methods[index % methods.count], at: now)
            report.note(login)
            guard case .accepted(let session, _) = login else { continue }
            report.count { () throws(RADIUSClient.Failure) in try bng.report(session, .start, at: now) }
            sessions.append(session)
        }
        return sessions
    }
}
