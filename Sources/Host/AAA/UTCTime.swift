import Calendar

/// Seconds since 1970 as people write them: `2026-11-21T05:00:00Z`.
package struct UTCTime: Sendable, Hashable, CustomStringConvertible {
    package let seconds: Int64

    package init(_ seconds: Int64) { self.seconds = seconds }

    package var description: String {
        let day = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let rest = Int(seconds - day * 86_400)
        let date = CivilDate(daysSince1970: Int(day))
        let two = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
        return "\(date.year)-\(two(date.month))-\(two(date.day))"
            + "T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}
