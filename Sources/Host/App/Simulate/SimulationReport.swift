import HTTP
import PluginAPI
import RADIUS

/// What a simulation saw.
struct SimulationReport {
    private(set) var accepted = 0
    /// By Reply-Message, empty where there was none.
    private(set) var rejected: [String: Int] = [:]
    private(set) var unanswered = 0
    private(set) var unproven = 0
    /// Accounting records that were answered.
    private(set) var recorded = 0
    private(set) var unrecorded = 0
    /// As they were at the end.
    var sessions: [SimulatedSession] = []

    /// Whether every login was accepted and every record answered.
    var isGood: Bool { rejected.isEmpty && unanswered + unproven + unrecorded == 0 }

    mutating func note(_ login: SimulatedBNG.Login) {
        switch login {
        case .accepted: accepted += 1
        case .rejected(let reply):
            rejected[reply.withView { $0.text(AttributeNumber.replyMessage) ?? "" }, default: 0] += 1
        case .unanswered: unanswered += 1
        case .unproven: unproven += 1
        }
    }

    /// Counts the records that `send` says were answered, or one that was not.
    mutating func count(_ send: () throws(RADIUSClient.Failure) -> Int) {
        do throws(RADIUSClient.Failure) { recorded += try send() } catch { unrecorded += 1 }
    }

    var lines: [String] {
        var lines = ["logins: \(accepted) accepted, \(rejected.values.reduce(0, +)) rejected, \(unanswered) unanswered"]
        for (reason, count) in rejected.sorted(by: { $0.key < $1.key }) {
            lines.append("  rejected \(count): \(reason.isEmpty ? "no reason was told" : reason)")
        }
        if unproven > 0 { lines.append("  \(unproven) accepts lack MS-CHAPv2's proof") }
        lines.append("accounting: \(recorded) answered, \(unrecorded) unanswered")
        return lines
    }

    var json: JSON {
        .object([
            ("accepted", .count(accepted)),
            ("rejected", .object(rejected.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })),
            ("unanswered", .count(unanswered)), ("unproven", .count(unproven)), ("recorded", .count(recorded)),
            ("unrecorded", .count(unrecorded)), ("sessions", .array(sessions.map(SimulationReport.json))),
        ])
    }

    private static func json(_ session: SimulatedSession) -> JSON {
        .object([
            ("user", .text(session.line.user)), ("mac", .text(session.line.mac.description)),
            ("acct_session_id", .text(session.id)), ("address", .text(session.address.description)),
            ("input_octets", .count(session.traffic.input)), ("output_octets", .count(session.traffic.output)),
        ])
    }
}
