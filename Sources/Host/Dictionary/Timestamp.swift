import Calendar

/// Seconds since 1970 as text (UTC), for `date` values.
enum Timestamp {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// `2026-01-31T12:00:00Z`
    static func text(_ seconds: UInt32) -> String {
        let date = CivilDate(daysSince1970: Int(seconds / 86400))
        let rest = Int(seconds % 86400)
        let time = [rest / 3600, rest / 60 % 60, rest % 60].map(two).joined(separator: ":")
        return "\(date.year)-\(two(date.month))-\(two(date.day))T\(time)Z"
    }

    /// From a number, RFC 3339 (`2026-01-31T12:00:00Z`, `2026-01-31 12:00:00`, `2026-01-31`, offsets too) or
    /// FreeRADIUS's `Jan 31 2026 12:00:00 UTC`. nil when malformed or outside 1970…2106.
    static func seconds(_ text: String) -> UInt32? {
        if let number = text.dictionaryNumber { return UInt32(exactly: number) }
        return internet(text) ?? month(text)
    }

    private static func internet(_ text: String) -> UInt32? {
        let units = Array(text.utf8)
        guard units.count >= 10, units[4] == 45, units[7] == 45, let year = number(units[0..<4]),
            let month = number(units[5..<7]), let day = number(units[8..<10])
        else { return nil }
        guard units.count > 10 else { return total(year, month, day, 0, offset: 0) }
        guard units[10] == 32 || units[10].asciiLowercased == UInt8(ascii: "t"), units.count >= 19,
            let time = time(units[11..<19]), let offset = offset(units[19...])
        else { return nil }
        return total(year, month, day, time, offset: offset)
    }

    private static func month(_ text: String) -> UInt32? {
        let words = text.asciiLowercased.split(separator: " ")
        guard (3...5).contains(words.count), let month = months.firstIndex(of: String(words[0])),
            words[1].utf8.count <= 2, let day = number(Array(words[1].utf8)[...]), words[2].utf8.count == 4,
            let year = number(Array(words[2].utf8)[...])
        else { return nil }
        guard words.count > 3 else { return total(year, month + 1, day, 0, offset: 0) }
        guard words[3].utf8.count == 8, let time = time(Array(words[3].utf8)[...]),
            words.count == 4 || ["utc", "gmt"].contains(words[4])
        else { return nil }
        return total(year, month + 1, day, time, offset: 0)
    }

    private static func number(_ units: ArraySlice<UInt8>) -> Int? {
        guard !units.isEmpty, units.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return units.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// `hh:mm:ss` to seconds.
    private static func time(_ units: ArraySlice<UInt8>) -> Int? {
        let start = units.startIndex
        guard units.count == 8, units[start + 2] == 58, units[start + 5] == 58,
            let hour = number(units[start..<start + 2]), let minute = number(units[start + 3..<start + 5]),
            let second = number(units[start + 6..<start + 8]), hour < 24, minute < 60, second < 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Nothing, `Z` or `+hh:mm`, a fraction before it dropped; in seconds east of UTC.
    private static func offset(_ units: ArraySlice<UInt8>) -> Int? {
        var rest = units
        if rest.first == 46 { rest = rest.dropFirst().drop { (48...57).contains($0) } }
        if rest.isEmpty || (rest.count == 1 && rest.first!.asciiLowercased == UInt8(ascii: "z")) { return 0 }
        let start = rest.startIndex
        guard rest.count == 6, rest[start] == 43 || rest[start] == 45, rest[start + 3] == 58,
            let hours = number(rest[start + 1..<start + 3]), let minutes = number(rest[start + 4..<start + 6])
        else { return nil }
        return (hours * 3600 + minutes * 60) * (rest[start] == 43 ? 1 : -1)
    }

    private static func total(_ year: Int, _ month: Int, _ day: Int, _ time: Int, offset: Int) -> UInt32? {
        guard (1...12).contains(month), day >= 1, (1969...2107).contains(year) else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        let days = date.daysSince1970
        guard CivilDate(daysSince1970: days) == date else { return nil }
        return UInt32(exactly: days * 86400 + time - offset)
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
