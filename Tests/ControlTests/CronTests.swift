import Calendar
@testable import Control
import Testing

@Suite struct CronTests {
    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *",
        "* * * * 8", "-1 * * * *", "5-1 * * * *", "*/0 * * * *", "1/2/3 * * * *", "a * * * *", "1, * * * *",
        "1-2-3 * * * *", "* * * foo *", "* * * * mon-foo", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "@often", "+1 * * * *",
    ])
    func `what is no schedule is refused`(_ text: String) {
        #expect(throws: Cron.Problem.self) { try Cron(text) }
    }

    /// `2026-11-21 17:00` as seconds since 1970.
    private func seconds(_ text: String) -> Int64 {
        let parts = text.split(whereSeparator: { "- :".contains($0) }).compactMap { Int64($0) }
        let date = CivilDate(year: Int(parts[0]), month: Int(parts[1]), day: Int(parts[2]))
        return Int64(date.daysSince1970) * 86_400 + parts[3] * 3600 + parts[4] * 60
    }

    @Test(arguments: [
        // Schedule, after, next.
        ("* * * * *", "2026-11-21 17:00", "2026-11-21 17:01"),
        ("*/15 * * * *", "2026-11-21 17:46", "2026-11-21 18:00"),
        ("5/20 * * * *", "2026-11-21 17:26", "2026-11-21 17:45"),
        ("0 3 * * *", "2026-11-21 03:00", "2026-11-22 03:00"),
        ("30 2 1 * *", "2026-12-15 00:00", "2027-01-01 02:30"),
        ("0 0 31 * *", "2026-11-21 00:00", "2026-12-31 00:00"),
        ("0 0 29 2 *", "2026-11-21 00:00", "2028-02-29 00:00"),
        ("0 0 29 feb *", "2096-03-01 00:00", "2104-02-29 00:00"),
        ("0 0 * * 0", "2026-11-21 17:00", "2026-11-22 00:00"),
        ("0 0 * * 7", "2026-11-21 17:00", "2026-11-22 00:00"),
        ("0 0 * * mon-fri", "2026-11-20 00:00", "2026-11-23 00:00"),
        ("0 9 * * sat,sun", "2026-11-20 00:00", "2026-11-21 09:00"),
        // Both days given: either will do.
        ("0 0 13 * fri", "2026-11-21 00:00", "2026-11-27 00:00"),
        ("0 0 13 * fri", "2026-12-12 00:00", "2026-12-13 00:00"),
        // A field that begins with a star does not count as given.
        ("0 0 */2 * sun", "2026-11-21 00:00", "2026-11-29 00:00"),
        ("0 0 29 2 */7", "2026-11-21 00:00", "2032-02-29 00:00"),
        ("10-12/2 1,3 * * *", "2026-11-21 01:10", "2026-11-21 01:12"),
        ("59 23 31 12 *", "2026-12-31 23:59", "2027-12-31 23:59"),
        ("@daily", "2026-11-21 17:00", "2026-11-22 00:00"),
        ("@Monthly", "2026-11-21 17:00", "2026-12-01 00:00"),
        ("0 0 1 1 *", "1969-12-31 23:59", "1970-01-01 00:00"),
    ])
    func `the next time of a schedule`(_ text: String, _ after: String, _ next: String) throws {
        #expect(try Cron(text).next(after: seconds(after)) == seconds(next))
    }

    @Test func `a time within a minute is after its beginning`() throws {
        let time = seconds("2026-11-21 17:00")
        #expect(try Cron("0 17 * * *").next(after: time - 1) == time)
        #expect(try Cron("0 17 * * *").next(after: time) == time + 86_400)
        #expect(try Cron("1 17 * * *").next(after: time + 59) == time + 60)
    }

    @Test func `hours are those of the given distance from UTC`() throws {
        // 03:00 in Tehran is 23:30 UTC of the day before.
        #expect(
            try Cron("0 3 * * *").next(after: seconds("2026-11-21 17:00"), offsetMinutes: 210)
                == seconds("2026-11-21 23:30"))
        #expect(
            try Cron("0 3 * * *").next(after: seconds("2026-11-21 17:00"), offsetMinutes: -300)
                == seconds("2026-11-22 08:00"))
    }
}
