@testable import Control
import Store
import Support
import Testing

@Suite struct RetentionTests {
    private let database: TestDatabase
    private let connection: Connection

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
    }

    private func count(_ table: String) throws -> Int {
        try connection.query("select count(*) from \(table)")[0].int(0)
    }

    private func keep(_ months: String) throws {
        try connection.query(
            "update system_preferences set value = $1 where name = 'radius_log_months'", [.text(months)])
    }

    /// One login of so many months ago, in its month's partition, and one that was only counted.
    private func login(monthsAgo: Int) throws {
        let at = "date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '\(monthsAgo) months'"
        try connection.execute(
            """
            select ensure_month_partition('radius_logs', 'at', \(at));
            insert into radius_logs (at, outcome) values (\(at), 'accept');
            insert into radius_log_unlogged (minute, nas_id, outcome, reason, logins) values (\(at), 1, 'accept', '', 5)
            """)
    }

    @Test(arguments: ["0", "", "-1", "all", "99999"])
    func `all is kept where the number of months is none`(_ value: String) throws {
        try login(monthsAgo: 90)
        try keep(value)
        try Retention.apply(connection)
        #expect(try count("radius_logs") == 1)
        #expect(try count("radius_log_unlogged") == 1)
    }

    @Test func `months that are over are dropped with what was counted in them, the last of those kept stays`() throws {
        for months in [20, 14, 13, 12, 0] { try login(monthsAgo: months) }
        try connection.execute("insert into radius_logs (at, outcome) values ('1999-05-05', 'accept')")
        try Retention.apply(connection)
        #expect(try count("radius_logs") == 3)
        #expect(try count("radius_log_unlogged") == 3)
        try keep("12")
        try Retention.apply(connection)
        #expect(try count("radius_logs") == 2)
    }

    @Test func `a reader of the log is not waited for, and the round after it goes on`() throws {
        try login(monthsAgo: 20)
        let reader = try database.connect()
        try reader.execute("begin; select count(*) from radius_logs")
        #expect(throws: JobError.self) { try Retention.apply(connection) }
        #expect(try count("radius_logs") == 1)
        try reader.execute("commit")
        try Retention.apply(connection)
        #expect(try count("radius_logs") == 0)
    }

    @Test func `an alarm's deliveries go a month after its end, those that are still owed never`() throws {
        try AlarmDeliveries.register(["webhook"], connection)
        try connection.execute(
            """
            insert into alarms (kind, subject, message, cleared_at) values
              ('test', 'old', '', now() - interval '31 days'), ('test', 'owed', '', now() - interval '31 days'),
              ('test', 'new', '', now() - interval '29 days'), ('test', 'open', '', null);
            update alarm_deliveries d set state = 'delivered' from alarms a
             where a.id = d.alarm_id and a.subject <> 'owed'
            """)
        try Retention.apply(connection)
        let left = try connection.query(
            "select distinct a.subject from alarm_deliveries d join alarms a on a.id = d.alarm_id order by 1")
        #expect(left.map { $0.text(0) } == ["new", "open", "owed"])
        #expect(try count("alarms") == 4)
    }

    @Test func `an alarm that is over goes with the logins of its month`() throws {
        try connection.execute(
            """
            insert into alarms (kind, subject, message, raised_at, cleared_at) values
              ('test', 'old', '', now() - interval '20 months', now() - interval '19 months'),
              ('test', 'open', '', now() - interval '20 months', null)
            """)
        try Retention.apply(connection)
        #expect(try connection.query("select subject from alarms").map { $0.text(0) } == ["open"])
    }
}
