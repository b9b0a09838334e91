extension LoginLogKeeper {
    /// Raised when the database has been away for some seconds.
    struct AwayAlarm {
        static let patienceSeconds: Int64 = 10
        let events: any EventSink
        let node: String
        private var since: Int64?
        private var isRaised = false

        init(events: any EventSink, node: String) {
            self.events = events
            self.node = node
        }

        mutating func look(isAway: Bool, now: Int64) {
            guard isAway else {
                if isRaised { events.cleared(kind: .databaseAway, subject: node) }
                (since, isRaised) = (nil, false)
                return
            }
            let began = since ?? now
            since = began
            guard !isRaised, now - began >= LoginLogKeeper.AwayAlarm.patienceSeconds else { return }
            isRaised = true
            events.alarm(
                kind: .databaseAway, subject: node,
                message:
                    "The database does not answer \(node). Logins go on by what is known; accounting is kept in the "
                    + "journal; changes are not seen.")
        }
    }

    /// Raised while logins get no row for want of room, over a minute after the last.
    struct OverflowAlarm {
        let events: any EventSink
        let node: String
        private var seen: UInt64 = 0
        private var raisedAt: Int64?

        init(events: any EventSink, node: String) {
            self.events = events
            self.node = node
        }

        mutating func look(_ overflow: UInt64, now: Int64) {
            if overflow != seen {
                events.alarm(
                    kind: .radiusLogOverflow, subject: node,
                    message: "Logins on \(node) come faster than radius_logs takes them, or the database is away: "
                        + "\(overflow) since the start have no row of their own. They are counted in "
                        + "radius_log_unlogged; no login is refused for it.")
                seen = overflow
                raisedAt = now
            } else if let at = raisedAt, now - at >= LoginLogKeeper.quietSeconds {
                events.cleared(kind: .radiusLogOverflow, subject: node)
                raisedAt = nil
            }
        }
    }
}
