import Dictionary
import Glibc
import PluginAPI

/// How the value of a request's attribute meets that of a check rule.
enum Comparison {
    /// Several values in the request: one that holds is enough, except that `!=` and `!~` must hold for all.
    static func holds(_ known: Attribute, sent: [[UInt8]], _ operation: CheckOperator, _ wanted: String) -> Bool {
        switch operation {
        case .notEqual: sent.allSatisfy { !equals(known, $0, wanted) }
        case .doesNotMatch: sent.allSatisfy { matches(text(known, $0), wanted) == false }
        case .equal: sent.contains { equals(known, $0, wanted) }
        case .matches: sent.contains { matches(text(known, $0), wanted) == true }
        case .less: ordered(known, sent, wanted) { $0 < $1 }
        case .lessOrEqual: ordered(known, sent, wanted) { $0 <= $1 }
        case .greater: ordered(known, sent, wanted) { $0 > $1 }
        case .greaterOrEqual: ordered(known, sent, wanted) { $0 >= $1 }
        default: false
        }
    }

    /// As people write it: names of values, addresses, text; hex for anything else.
    static func text(_ known: Attribute, _ value: [UInt8]) -> String {
        switch known.type {
        case .string: return String(decoding: value, as: UTF8.self)
        case .ipv4Address, .ipv6Address, .ipAddress:
            if let address = IPAddress(bytes: value) { return address.description }
        case .ethernet:
            if let mac = MACAddress(bytes: value) { return mac.description }
        default: break
        }
        if let number = number(known, value) { return known.values.name(of: number) ?? String(number) }
        return "0x" + value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func equals(_ known: Attribute, _ value: [UInt8], _ wanted: String) -> Bool {
        if let left = number(known, value), let right = number(known, wanted) { return left == right }
        return text(known, value) == wanted
    }

    private static func ordered(
        _ known: Attribute, _ sent: [[UInt8]], _ wanted: String, _ holds: (UInt64, UInt64) -> Bool
    ) -> Bool {
        guard let right = number(known, wanted) else { return false }
        return sent.contains { number(known, $0).map { holds($0, right) } ?? false }
    }

    private static func isNumeric(_ known: Attribute) -> Bool {
        switch known.type {
        case .unsigned, .ipv4Address, .date, .timeDelta: true
        default: false
        }
    }

    private static func number(_ known: Attribute, _ value: [UInt8]) -> UInt64? {
        guard isNumeric(known), (1...8).contains(value.count) else { return nil }
        return value.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func number(_ known: Attribute, _ text: String) -> UInt64? {
        guard isNumeric(known) else { return nil }
        return known.values.number(named: text) ?? UInt64(text) ?? IPAddress(text).flatMap { number(known, $0.bytes) }
    }

    /// POSIX extended expressions, as FreeRADIUS' check items use them; nil when the expression is malformed.
    private static func matches(_ text: String, _ expression: String) -> Bool? {
        var compiled = regex_t()
        guard regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
        defer { regfree(&compiled) }
        return regexec(&compiled, text, 0, nil, 0) == 0
    }
}
