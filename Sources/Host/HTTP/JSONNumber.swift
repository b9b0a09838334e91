import PluginAPI

/// What a number's text stands for: an integer where it is a whole number that 64 bits hold, however it is written, else
/// the nearest of 64 bits with a fraction.
enum JSONNumber {
    /// - text: as RFC 8259 section 6 has it.
    ///
    /// nil when it is larger than any.
    static func value(_ text: String) -> FieldValue? {
        if let integer = Int64(text) ?? whole(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { return nil }
        return .number(number)
    }

    /// Of its digits, not by way of a `Double`, which would make whole what is not: 0.99999999999999999999, 1e-400.
    private static func whole(_ text: String) -> Int64? {
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(maxSplits: 1) { $0 == "e" || $0 == "E" }
        let halves = parts[0].split(separator: ".")
        var digits = Substring(halves.joined(separator: "").drop { $0 == "0" })
        if digits.isEmpty { return 0 }
        let zeros = digits.reversed().prefix { $0 == "0" }.count
        digits = digits.dropLast(zeros)
        let fraction = halves.count > 1 ? halves[1].utf8.count : 0
        // An exponent beyond 64 bits is far beyond 19 digits, or a fraction: no text is that long.
        guard let exponent = parts.count > 1 ? Int(parts[1]) : 0,
            case let (power, overflow) = exponent.addingReportingOverflow(zeros - fraction), !overflow,
            power >= 0, power < 19, digits.utf8.count < 20
        else { return nil }
        return Int64(sign + digits + String(repeating: "0", count: power))
    }
}
