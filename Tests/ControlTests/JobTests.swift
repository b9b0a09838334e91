@testable import Control
import HTTP
import Store
import Support
import Testing
import Threads

/// A kind that does what the test says.
struct TestJob: JobKind {
    let name: String
    var limit: Int?
    var patience = 3
    var body: @Sendable (JobContext) throws -> String? = { _ in nil }

    func run(_ job: JobContext) throws -> String? { try body(job) }
}

/// A clock that stands until it is moved; microseconds.
final class TestClock: Sendable {
    private let time = Locked<Int64>(1_795_000_000_000_000)
    var now: Int64 { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000 } }
}

@Suite struct JobTests {
    private let database: TestDatabase
    private let connection: Connection
    private let clock = TestClock()
    private let ann = Actor("operator:ann", source: "192.0.2.1", requestID: "r-1")

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
    }

    private func desk(_ kinds: [any JobKind], _ name: String = "one") -> JobDesk {
        JobDesk(kinds, runner: name, clock: { [clock] _ in clock.now }, random: { 0 })
    }

    @discardableResult
    private func enqueue(_ kind: String = "test", _ arguments: JSON = .object([]), key: String? = nil) throws -> Int64 {
        try Jobs.enqueue(
            connection, kind, title: "a test", arguments: arguments, actor: ann, at: clock.now, uniqueKey: key)
    }

    private func runNext(_ desk: JobDesk) throws -> Bool {
        let work = try database.connect()
        return try desk.runNext(work) { [database] in try database.connect() }
    }

    private func state(_ id: Int64 = 1) throws -> String {
        let row = try connection.query(
            "select state || coalesce(': ' || error, '') || coalesce(' = ' || (result::text), '') from jobs where id = $1",
            [.int(id)])
        return row[0].text(0)
    }

    private func wait(_ id: Int64 = 1) throws -> Int {
        try connection.query(
            "select extract(epoch from next_at - $2::timestamptz)::int from jobs where id = $1",
            [.int(id), .timestamp(clock.now)])[0].int(0)
    }

    @Test func `a job is there when its change is, and not before`() throws {
        struct Back: Error {}
        #expect(throws: Back.self) {
            try connection.transaction { () throws in
                try enqueue()
                throw Back()
            }
        }
        #expect(try connection.query("select count(*) from jobs")[0].int(0) == 0)
    }

    @Test func `a job is run once, with its arguments, under who started it and his request`() throws {
        let seen = Locked<[String]>([])
        let desk = desk([
            TestJob(name: "test") { job in
                seen.withLock { $0.append("\(job.arguments["ids"] ?? "") \(job.arguments["name"] ?? "")") }
                try job.connection.query(
                    "insert into audit_log (actor, action, object_kind) values ($1, 'set', 'nas')",
                    [.text(job.actor.name)])
                return #"{"done": 2}"#
            }
        ])
        try enqueue("test", .object([("ids", .array([.integer(1), .integer(2)])), ("name", .text("a\"b"))]))
        #expect(try runNext(desk))
        #expect(try !runNext(desk))
        #expect(seen.withLock { $0 } == [#"[1, 2] a"b"#])
        #expect(try state() == #"done = {"done": 2}"#)
        let audit = try connection.query("select actor, request_id from audit_log where action = 'set'")
        #expect(audit.map { "\($0.text(0)) \($0.optionalText(1) ?? "")" } == ["operator:ann r-1"])
    }

    @Test func `two runners take each job once`() throws {
        for _ in 0..<20 { try enqueue() }
        let runs = Locked<[Int64]>([])
        let kind = TestJob(name: "test") { job in
            runs.withLock { $0.append(job.id) }
            return nil
        }
        let desks = [desk([kind], "one"), desk([kind], "two")]
        let claims = Locked<[Int64]>([])
        // Both claim before either is done.
        let queues = [
            JobQueue(connection: connection, runner: "one"),
            JobQueue(connection: try database.connect(), runner: "two"),
        ]
        for turn in 0..<6 {
            let claim = try queues[turn % 2].claim([kind], now: clock.now)
            claims.withLock { $0.append(claim?.id ?? 0) }
        }
        while try runNext(desks[0]) || runNext(desks[1]) {}
        #expect(Set(claims.withLock { $0 } + runs.withLock { $0 }).count == 20)
        #expect(claims.withLock { $0 }.count + runs.withLock { $0 }.count == 20)
    }

    @Test func `a runner takes only kinds that it knows, and none before its time`() throws {
        try enqueue("other")
        try Jobs.enqueue(connection, "test", title: "", actor: ann, at: clock.now + 60_000_000)
        let desk = desk([TestJob(name: "test")])
        #expect(try !desk.isDue(connection))
        #expect(try !runNext(desk))
        clock.advance(seconds: 60)
        #expect(try desk.isDue(connection))
        #expect(try runNext(desk))
        #expect(try state(1) == "queued")
        #expect(try state(2) == "done")
    }

    @Test func `no more of a kind run at once than it allows, on all runners together`() throws {
        for _ in 0..<3 { try enqueue() }
        try enqueue("free")
        let kinds: [any JobKind] = [TestJob(name: "test", limit: 2), TestJob(name: "free")]
        let other = JobQueue(connection: try database.connect(), runner: "two")
        let queue = JobQueue(connection: connection, runner: "one")
        #expect(try queue.claim(kinds, now: clock.now)?.id == 1)
        #expect(try other.claim(kinds, now: clock.now)?.id == 2)
        #expect(try queue.claim(kinds, now: clock.now)?.id == 4)
        #expect(try queue.claim(kinds, now: clock.now) == nil)
    }

    @Test func `one that failed is tried again later, twice as late each time, and given up in the end`() throws {
        struct Broken: Error, CustomStringConvertible { let description = "the router is away" }
        try enqueue()
        let desk = desk([TestJob(name: "test") { _ in throw Broken() }])
        #expect(try runNext(desk))
        #expect(try state() == "queued: the router is away")
        #expect(try wait() == 5)
        #expect(try !runNext(desk))
        clock.advance(seconds: 5)
        #expect(try runNext(desk))
        #expect(try wait() == 10)
        clock.advance(seconds: 10)
        #expect(try runNext(desk))
        #expect(try state() == "failed: the router is away")
    }

    @Test func `the wait grows to an hour, and is spread`() {
        #expect(JobBackoff.microseconds(failures: 1, random: 0) == 5_000_000)
        #expect(JobBackoff.microseconds(failures: 2, random: 0) == 10_000_000)
        #expect(JobBackoff.microseconds(failures: 1, random: 0.5) == 5_625_000)
        #expect(JobBackoff.microseconds(failures: 11, random: 0) == 3_600_000_000)
        #expect(JobBackoff.microseconds(failures: 1000, random: 0) == 3_600_000_000)
    }

    @Test(arguments: [
        (RecordRefusal("no such service") as any Error, "failed: no such service"),
        (JobError.failed("it can't be"), "failed: it can't be"),
        (JobError.again("busy"), "queued: busy"),
        (StoreError(.retry, "deadlock"), "queued: deadlock"),
    ])
    func `an error says whether trying again helps`(_ error: any Error, _ outcome: String) throws {
        try enqueue()
        #expect(try runNext(desk([TestJob(name: "test") { _ in throw error }])))
        #expect(try state() == outcome)
    }

    @Test func `a job whose kind left a transaction open is written down all the same`() throws {
        try enqueue()
        let desk = desk([
            TestJob(name: "test") { job in
                try job.connection.execute("begin; insert into tenants values (99, 'x')")
                return nil
            }
        ])
        #expect(try runNext(desk))
        #expect(try state() == "done")
        #expect(try connection.query("select count(*) from tenants")[0].int(0) == 1)
    }
}
