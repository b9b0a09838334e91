/// What the commands ask a running `radius` of emergencies, line by line over its local socket.
package enum EmergencyQuestion: Sendable, Hashable {
    case on(EmergencySkip.Words, seconds: Int64, actor: String)
    case off(actor: String)
    case status

    package var line: String {
        switch self {
        case .on(let words, let seconds, let actor): "emergency\ton\t\(words.text)\t\(seconds)\t\(actor)"
        case .off(let actor): "emergency\toff\t\(actor)"
        case .status: "emergency\tstatus"
        }
    }

    /// nil when the line asks for something else, or for more than is allowed.
    package init?(line: String) {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard parts.first == "emergency", parts.count > 1 else { return nil }
        switch (parts[1], parts.count) {
        case ("on", 5):
            guard let words = EmergencySkip.Words(text: parts[2]), let seconds = Int64(parts[3]),
                (1...EmergencySkip.longestSeconds).contains(seconds)
            else { return nil }
            self = .on(words, seconds: seconds, actor: parts[4])
        case ("off", 3): self = .off(actor: parts[2])
        case ("status", 2): self = .status
        default: return nil
        }
    }
}

extension EmergencyDesk {
    /// The lines of an answer. The first says what became of it: `ok`, or `error` and why. Those of a status are
    /// `everywhere` or `here`, words, and seconds since 1970 at which it ends, divided by tabs.
    package func answer(_ question: EmergencyQuestion, everywhere: EmergencySkip, now: Int64) -> [String] {
        do {
            switch question {
            case .on(let words, let seconds, let actor):
                return ["ok\t\(try start(words, seconds: seconds, actor: actor, now: now))"]
            case .off(let actor): return [try end(actor: actor, now: now) ? "ok\twas on" : "ok\twas off"]
            case .status:
                return ["ok"]
                    + [("everywhere", everywhere), ("here", local.current)].filter { !$0.1.active(now: now).isEmpty }
                    .map { "\($0.0)\t\($0.1.words.text)\t\($0.1.until)" }
            }
        } catch {
            return ["error\t\(error)"]
        }
    }
}
