/// From where `radius` takes its policy at start.
package enum ColdStart: Sendable, Hashable {
    /// From the database.
    case load
    /// From the file, `ageSeconds` old; `line` is for the log and the alarm.
    case snapshot(ageSeconds: Int64, line: String)
    /// It can't answer anybody; the sentence says why and what to do.
    case fail(String)

    /// What looking for the database and the file gave.
    package enum Finding: Sendable, Hashable {
        case there
        case lacking(why: String)
    }

    /// - Parameters:
    ///   - database: whether it answers.
    ///   - snapshot: when the file that could be read was made, seconds since 1970; or why none could. Asked only when
    ///     the database is away.
    package static func decide(
        database: Finding, snapshot: () -> (madeAt: Int64?, why: String), now: Int64
    ) -> ColdStart {
        guard case .lacking(let databaseWhy) = database else { return .load }
        let found = snapshot()
        guard let madeAt = found.madeAt else {
            return .fail(
                "the database is away (\(databaseWhy)) and there is no snapshot to answer from (\(found.why)); "
                    + "start the database")
        }
        // A clock that was set back makes no snapshot of tomorrow.
        let age = max(0, now - madeAt)
        return .snapshot(
            ageSeconds: age,
            line: "the database is away; answering from the snapshot of \(UTCTime(madeAt)), \(words(age)) old: changes"
                + " since then are unknown until it is back (\(databaseWhy))")
    }

    /// `3 min`, `2 h 5 min`, `4 d 1 h`.
    static func words(_ seconds: Int64) -> String {
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        if days > 0 { return "\(days) d \(hours) h" }
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min" : "\(seconds) s"
    }
}
