/// A date of the Gregorian calendar, also of the time before it was in use.
package struct CivilDate: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int

    /// Days from 1970-01-01 to March 1st of the year 0, in which whole cycles of the calendar begin.
    private static let offset = 719_468
    /// Days of 400 years.
    private static let cycle = 146_097

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Years are counted from March, so that the leap day is a year's last (H. Hinnant, "chrono-compatible low-level date
    /// algorithms").
    package init(daysSince1970 days: Int) {
        let era = CivilDate.floor(days + CivilDate.offset, CivilDate.cycle)
        let dayOfEra = days + CivilDate.offset - era * CivilDate.cycle
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    }

    /// Of a day or month that there is none of, a day near to it: whoever must know makes the date again and compares.
    package var daysSince1970: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = CivilDate.floor(marchYear, 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * CivilDate.cycle + dayOfEra - CivilDate.offset
    }

    private static func floor(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }
}
