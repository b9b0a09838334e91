import Calendar

/// Times in queries: ISO 8601, a date alone or with a time; without an offset UTC.
enum ListTime {
    /// Microseconds since 1970; nil for anything else.
    static func parse(_ text: String) -> Int64? {
        // A plus sign in a query that was not encoded arrives as a blank.
        var rest = Substring(text.replacing(" ", with: "+"))
        guard text.utf8.count <= 40, let date = day(&rest) else { return nil }
        var seconds = Int64(date.daysSince1970) * 86_400
        var micros: Int64 = 0
        if rest.first == "T" || rest.first == "t" {
            rest.removeFirst()
            guard let time = clock(&rest) else { return nil }
            seconds += time.seconds
            micros = time.micros
        }
        guard let offset = offset(rest) else { return nil }
        return (seconds - offset) * 1_000_000 + micros
    }

    private static func day(_ rest: inout Substring) -> CivilDate? {
        guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2), take(&rest, "-"),
            let day = number(&rest, 2), (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        // 31 April and the like come back as another day.
        let back = CivilDate(daysSince1970: date.daysSince1970)
        return back.month == month && back.day == day ? date : nil
    }

    private static func clock(_ rest: inout Substring) -> (seconds: Int64, micros: Int64)? {
        guard let hour = number(&rest, 2), take(&rest, ":"), let minute = number(&rest, 2), hour < 24, minute < 60
        else { return nil }
        var second = 0
        var micros: Int64 = 0
        if take(&rest, ":") {
            guard let value = number(&rest, 2), value < 60 else { return nil }
            second = value
            if take(&rest, ".") {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard (1...9).contains(digits.count) else { return nil }
                rest = rest.dropFirst(digits.count)
                micros = Int64((digits + "000000").prefix(6)) ?? 0
            }
        }
        return (Int64(hour * 3600 + minute * 60 + second), micros)
    }

    private static func offset(_ text: Substring) -> Int64? {
        if text.isEmpty || text == "Z" || text == "z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        var rest = text.dropFirst()
        guard let hours = number(&rest, 2) else { return nil }
        _ = take(&rest, ":")
        guard let minutes = rest.isEmpty ? 0 : number(&rest, 2), rest.isEmpty, hours < 24, minutes < 60 else {
            return nil
        }
        return Int64(hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    private static func number(_ rest: inout Substring, _ digits: Int) -> Int? {
        let part = rest.prefix(digits)
        guard part.count == digits, part.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        rest = rest.dropFirst(digits)
        return Int(part)
    }

    private static func take(_ rest: inout Substring, _ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }
}
