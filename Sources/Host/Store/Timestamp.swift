import Calendar

/// Points in time as the store passes them: microseconds since 1970-01-01 UTC.
package enum Timestamp {
    /// `infinity` and `-infinity` of timestamptz.
    package static let infinity = Int64.max
    package static let minusInfinity = Int64.min
    /// From 1970 to 2000, where PostgreSQL's binary form starts.
    static let postgresEpoch: Int64 = 946_684_800_000_000
    private static let day: Int64 = 86_400_000_000

    /// `2026-11-21 05:40:49.123456+00`: what the server reads and, with DateStyle ISO and TimeZone UTC, writes.
    package static func text(_ microseconds: Int64) -> String {
        if microseconds == infinity { return "infinity" }
        if microseconds == minusInfinity { return "-infinity" }
        let days = floorDivide(microseconds, day)
        let civil = CivilDate(daysSince1970: Int(days))
        let rest = microseconds - days * day
        let seconds = rest / 1_000_000
        let date = "\(padded(Int64(civil.year), 4))-\(padded(Int64(civil.month), 2))-\(padded(Int64(civil.day), 2))"
        let time = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(date) \(time).\(padded(rest % 1_000_000, 6))+00"
    }

    /// The reverse of `text`; the fraction may be shorter. nil for anything else, years before 1 included.
    package static func parse(_ text: some Sequence<UInt8>) -> Int64? {
        let bytes = Array(text)
        if bytes == Array("infinity".utf8) { return infinity }
        if bytes == Array("-infinity".utf8) { return minusInfinity }
        var scanner = DigitScanner(bytes: bytes)
        guard let year = scanner.number(until: 45), let month = scanner.number(until: 45),
            let dayOfMonth = scanner.number(until: 32), let hour = scanner.number(until: 58),
            let minute = scanner.number(until: 58), let second = scanner.digits(), let fraction = scanner.fraction(),
            scanner.endsInUTC
        else { return nil }
        let date = CivilDate(year: Int(year), month: Int(month), day: Int(dayOfMonth))
        let seconds = Int64(date.daysSince1970) * 86_400 + hour * 3600 + minute * 60 + second
        return seconds * 1_000_000 + fraction
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}

/// Reads the digits and separators of a timestamp.
private struct DigitScanner {
    let bytes: [UInt8]
    var position = 0

    mutating func digits() -> Int64? {
        let start = position
        var value: Int64 = 0
        while position < bytes.count, (48...57).contains(bytes[position]), position - start < 7 {
            value = value * 10 + Int64(bytes[position] - 48)
            position += 1
        }
        return position > start ? value : nil
    }

    mutating func number(until separator: UInt8) -> Int64? {
        guard let value = digits(), position < bytes.count, bytes[position] == separator else { return nil }
        position += 1
        return value
    }

    /// Microseconds after the point, 0 when there is none.
    mutating func fraction() -> Int64? {
        guard position < bytes.count, bytes[position] == 46 else { return 0 }
        position += 1
        let start = position
        guard var value = digits(), position - start <= 6 else { return nil }
        for _ in (position - start)..<6 { value *= 10 }
        return value
    }

    var endsInUTC: Bool { bytes[position...].elementsEqual("+00".utf8) }
}
