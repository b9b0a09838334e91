import HTTP
import Store

/// What is told of an alarm: that it was raised, or that it is over.
package struct AlarmMessage: Sendable, Hashable {
    package enum Event: String, Sendable {
        case raised, cleared
    }

    /// Of the delivery: the same when it is told again.
    package var delivery: Int64
    package var event: Event
    package var alarm: Int64
    package var kind: String
    package var subject: String
    package var message: String
    /// RFC 3339, UTC.
    package var raisedAt: String
    package var clearedAt: String?

    /// The body of the webhook.
    package func json(server: String) -> String {
        JSON.object([
            ("delivery", .integer(delivery)), ("event", .text(event.rawValue)), ("server", .text(server)),
            (
                "alarm",
                .object([
                    ("id", .integer(alarm)), ("kind", .text(kind)), ("subject", .text(subject)),
                    ("message", .text(message)), ("raised_at", .text(raisedAt)), ("cleared_at", .optional(clearedAt)),
                ])
            ),
        ]).text
    }

    /// The text of the syslog line.
    package var line: String { AlarmMessage.line(event, subject: subject, message: message) }

    package static func line(_ event: Event, subject: String, message: String) -> String {
        event == .raised ? "ALARM \(subject): \(message)" : "cleared \(subject): \(message)"
    }
}
