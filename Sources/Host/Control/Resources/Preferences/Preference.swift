import AAA
import PluginAPI

/// One row of `system_preferences` that the server obeys. All there are stand in `all`; a name that stands nowhere else
/// is a fault.
package struct Preference: Sendable {
    package enum Value: Sendable, Equatable {
        case number(Int64, ClosedRange<Int64>)
        /// `on` or `off`.
        case flag(Bool)
    }

    package let name: String
    /// What it is where there is no row, and its bounds.
    package let value: Value
    package let text: String
    /// `s`, `ms`, `%`, …; nil where the text says it.
    package let unit: String?
    /// When it is not 0.
    let least: Int64

    init(_ name: String, _ value: Value, _ text: String, unit: String? = nil, least: Int64 = 0) {
        self.least = least
        self.name = name
        self.value = value
        self.text = text
        self.unit = unit
    }

    package static let all: [Preference] =
        [
            Preference(
                "radius_interim_update_seconds", .number(600, 60...86400),
                "how often routers report a session (RFC 2869 5.16: better not under 600)", unit: "s"),
            Preference(
                "interim_jitter_percent", .number(10, 0...50),
                "how much is taken off at most, so that sessions do not report in step", unit: "%"),
            Preference("session_hard_cut", .flag(true), "end a session when its customer expires"),
            Preference(
                "session_match_tolerance_seconds", .number(5, 0...3600),
                "how far two computed starts may lie apart and still be one session", unit: "s"),
            Preference(
                "reject_delay_milliseconds", .number(1000, 0...Int64(RejectDelay.longestMilliseconds)),
                "how long a rejection waits; 0 for not at all", unit: "ms"),
            Preference(
                "cached_reject_seconds", .number(30, 0...300),
                "how long a device that is rejected again and again gets the same answer; 0 for not at all", unit: "s"),
            Preference(
                "login_guesses_per_minute", .number(10, 0...600),
                "wrong passwords a customer may have in a minute; 0: any number"
            ),
            Preference(
                "radius_log_rate", .number(2000, 0...100_000),
                "logins written a second, accepted and rejected each; more are counted; 0 for none"),
        ] + kept + webhooks

    private static let kept: [Preference] = [
        months("radius_log_months", 13, "how long the log of logins is kept; 0 for ever"),
        months("sessions_months", 0, "how long closed sessions are kept; 0 for ever"),
        months("audit_months", 0, "how long the audit log is kept, 6 at least; 0 for ever", least: 6),
        months("jobs_months", 6, "how long jobs that are over are kept; 0 for ever"),
        months("alarms_months", 13, "how long alarms that are over are kept; 0 for ever"),
        months("webhook_deliveries_months", 1, "how long deliveries to webhooks are kept; 0 for ever"),
        months("statutory_months", 12, "how long the law wants an erased customer's sessions to bear his name"),
    ]

    private static let webhooks: [Preference] = [
        Preference(
            "webhook_private_addresses", .flag(false), "whether webhooks may lead to addresses of private networks"),
        Preference(
            "webhook_disable_days", .number(3, 1...365), "after how long a webhook that always fails is disabled",
            unit: "days"),
    ]

    private static func months(_ name: String, _ standard: Int64, _ text: String, least: Int64 = 0) -> Preference {
        Preference(name, .number(standard, 0...1200), text, unit: "months", least: least)
    }

    package static func named(_ name: String) -> Preference? { all.first { $0.name == name } }

    /// As an input of the API.
    var field: FieldDescription {
        switch value {
        case .number(_, let range):
            FieldDescription(name: name, kind: .integer, text: text, constraints: [.range(range)])
        case .flag: FieldDescription(name: name, kind: .bool, text: text)
        }
    }

    var standard: FieldValue {
        switch value {
        case .number(let number, _): .integer(number)
        case .flag(let flag): .bool(flag)
        }
    }

    /// What a row says; nil when it is none that the server understands, so that the standard is in force.
    func read(_ stored: String) -> FieldValue? {
        switch value {
        case .number(_, let range): Int64(stored).map { .integer(min(max($0, range.lowerBound), range.upperBound)) }
        case .flag: .bool(["on", "true", "yes", "1"].contains(stored))
        }
    }

    /// As a row holds it; nil for null. Throws `FieldErrors`.
    func text(of given: FieldValue) throws -> String? {
        if case .integer(let number) = given, number != 0, number < least {
            throw FieldErrors([FieldError(field: name, code: "constraint", message: "must be 0 or at least \(least)")])
        }
        return switch given {
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "on" : "off"
        default: nil
        }
    }
}
