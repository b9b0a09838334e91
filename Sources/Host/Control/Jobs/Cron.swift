import Calendar

/// When something happens again and again: the five fields of crontab(5): minute, hour, day of the month, month, day of
/// the week; or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. No daylight saving time: hours are those of a fixed
/// distance from UTC.
package struct Cron: Sendable, Hashable {
    /// What a text is no schedule for.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// Bit n: n is meant.
    private let minutes, hours, days, months, weekdays: UInt64
    /// With both days given, either will do (crontab(5)).
    private let eitherDay: Bool

    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    package init(_ text: String) throws(Problem) {
        let fields = (Cron.macros[text.lowercased()] ?? text).split(separator: " ").map { $0.lowercased() }
        guard fields.count == 5 else {
            throw Problem(
                description: "a schedule has five fields (minute hour day month weekday), `\(text)` has \(fields.count)"
            )
        }
        minutes = try CronField.minute.read(fields[0])
        hours = try CronField.hour.read(fields[1])
        days = try CronField.day.read(fields[2])
        months = try CronField.month.read(fields[3])
        let week = try CronField.weekday.read(fields[4])
        // 7 is Sunday too.
        weekdays = (week | week >> 7) & 0x7F
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        // In a leap year.
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let (days, months) = (days, months)
        let hasDay = (1...12).contains { months & 1 << $0 != 0 && days & ((2 << UInt64(longest[$0 - 1])) - 1) != 0 }
        if !eitherDay, !hasDay { throw Problem(description: "there is no day that `\(text)` means") }
    }

    /// The first minute after `time` that is meant; both in seconds since 1970.
    ///
    /// - offsetMinutes: of the schedule's clock, east of UTC.
    package func next(after time: Int64, offsetMinutes: Int = 0) -> Int64 {
        let offset = Int64(offsetMinutes) * 60
        let local = time + offset
        var day = Int((Double(local) / 86_400).rounded(.down))
        var minute = Int((local - Int64(day) * 86_400) / 60) + 1
        // A day of the week meets February 29 within 40 years.
        for _ in 0..<(41 * 366) {
            if isMeant(day: day), let found = first(from: minute) {
                return Int64(day) * 86_400 + Int64(found) * 60 - offset
            }
            day += 1
            minute = 0
        }
        preconditionFailure("a schedule that was read means some day")
    }

    private func isMeant(day: Int) -> Bool {
        let date = CivilDate(daysSince1970: day)
        guard months & 1 << UInt64(date.month) != 0 else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = ((day + 4) % 7 + 7) % 7
        let (byDay, byWeek) = (days & 1 << UInt64(date.day) != 0, weekdays & 1 << UInt64(weekday) != 0)
        return eitherDay ? byDay || byWeek : byDay && byWeek
    }

    /// The first minute of a day, from one of it on.
    private func first(from minute: Int) -> Int? {
        guard minute < 1440 else { return nil }
        return (minute..<1440).first {
            hours & 1 << UInt64($0 / 60) != 0 && minutes & 1 << UInt64($0 % 60) != 0
        }
    }
}
