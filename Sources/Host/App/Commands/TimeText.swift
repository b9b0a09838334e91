import Glibc

/// Times as people type them: `2026-12-31` (its beginning, UTC), `2026-12-31T18:00[:00][Z]`, `+30d`, `+12h`.
enum TimeText {
    /// Seconds since 1970; nil when malformed.
    static func seconds(_ text: String, now: Int64 = Int64(time(nil))) -> Int64? {
        text.hasPrefix("+") ? relative(text.dropFirst(), now) : absolute(text)
    }

    private static func relative(_ text: Substring, _ now: Int64) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
            (0...1_000_000_000).contains(count)
        else { return nil }
        return now + count * unit
    }

    private static func absolute(_ text: String) -> Int64? {
        let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let date = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard date.count == 3, let year = number(date[0], 1970...9999), let month = number(date[1], 1...12),
            let day = number(date[2], 1...31)
        else { return nil }
        var clock = [0, 0, 0]
        if halves.count == 2 {
            let text = halves[1].hasSuffix("Z") ? halves[1].dropLast() : halves[1]
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard (2...3).contains(parts.count) else { return nil }
            for (index, part) in parts.enumerated() {
                guard let value = number(part, index == 0 ? 0...23 : 0...59) else { return nil }
                clock[index] = value
            }
        }
        var fields = tm()
        (fields.tm_year, fields.tm_mon, fields.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
        (fields.tm_hour, fields.tm_min, fields.tm_sec) = (Int32(clock[0]), Int32(clock[1]), Int32(clock[2]))
        let seconds = timegm(&fields)
        // timegm turns 31 February into March; that was no date.
        guard fields.tm_mday == Int32(day), fields.tm_mon == Int32(month - 1) else { return nil }
        return Int64(seconds)
    }

    private static func number(_ text: Substring, _ range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(text), range.contains(value) else {
            return nil
        }
        return value
    }
}
