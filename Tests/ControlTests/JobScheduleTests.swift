@testable import Control
import Store
import Support
import Testing
import Threads

@Suite struct JobScheduleTests {
    private let database: TestDatabase
    private let connection: Connection
    private let clock = TestClock()

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        try JobSchedules.ensure(connection, "nightly", cron: "0 3 * * *", kind: "test")
    }

    private func count() throws -> Int { try connection.query("select count(*) from jobs")[0].int(0) }

    @Test func `a schedule makes nothing when it is first seen, then one job each time, whoever looks`() throws {
        let other = try database.connect()
        #expect(try JobSchedules.tick(connection, now: clock.now).isEmpty)
        clock.advance(seconds: 86_400)
        #expect(try JobSchedules.tick(other, now: clock.now).count == 1)
        #expect(try JobSchedules.tick(connection, now: clock.now).isEmpty)
        #expect(try count() == 1)
    }

    @Test func `while one looks the other passes by`() throws {
        _ = try JobSchedules.tick(connection, now: clock.now)
        clock.advance(seconds: 86_400)
        let other = try database.connect()
        let made = try connection.transaction { () throws -> Int in
            let mine = try JobSchedules.tick(connection, now: clock.now)
            #expect(try JobSchedules.tick(other, now: clock.now).isEmpty)
            return mine.count
        }
        #expect(made == 1)
        #expect(try JobSchedules.tick(other, now: clock.now).isEmpty)
        #expect(try count() == 1)
    }

    @Test func `of days that nobody was there for one is made good; one still under way is not doubled`() throws {
        _ = try JobSchedules.tick(connection, now: clock.now)
        clock.advance(seconds: 30 * 86_400)
        #expect(try JobSchedules.tick(connection, now: clock.now).count == 1)
        clock.advance(seconds: 86_400)
        #expect(try JobSchedules.tick(connection, now: clock.now).isEmpty)
        try connection.execute("update jobs set state = 'done', finished_at = now()")
        clock.advance(seconds: 86_400)
        #expect(try JobSchedules.tick(connection, now: clock.now).count == 1)
    }

    @Test func `an operator's change stays; what is no schedule is refused`() throws {
        let ann = Actor("operator:ann")
        #expect(throws: RecordRefusal.self) {
            try JobSchedules.change(
                connection, "nightly", cron: "0 25 * * *", offsetMinutes: 0, isActive: true, actor: ann)
        }
        #expect(throws: RecordRefusal.self) {
            try JobSchedules.change(connection, "none", cron: "@daily", offsetMinutes: 0, isActive: true, actor: ann)
        }
        try JobSchedules.change(
            connection, "nightly", cron: "0 4 * * *", offsetMinutes: 60, isActive: false, actor: ann)
        try JobSchedules.ensure(connection, "nightly", cron: "0 3 * * *", kind: "test")
        let row = try connection.query("select cron, is_active from job_schedules")[0]
        #expect(row.text(0) == "0 4 * * *")
        #expect(!row.bool(1))
        clock.advance(seconds: 864_000)
        #expect(try JobSchedules.tick(connection, now: clock.now).isEmpty)
    }
}
