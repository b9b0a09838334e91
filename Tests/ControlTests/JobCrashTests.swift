@testable import Control
import HTTP
import Store
import Support
import Testing
import Threads

@Suite struct JobCrashTests {
    private let database: TestDatabase
    private let connection: Connection
    private let clock = TestClock()
    private let ann = Actor("operator:ann")

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        try Jobs.enqueue(connection, "test", title: "a test", actor: ann, at: clock.now)
    }

    private func desk(_ name: String, _ body: @escaping @Sendable (JobContext) throws -> String?) -> JobDesk {
        JobDesk(
            [TestJob(name: "test", body: body)], runner: name, clock: { [clock] _ in clock.now }, random: { 0 })
    }

    private func runNext(_ desk: JobDesk) throws -> Bool {
        let work = try database.connect()
        return try desk.runNext(work) { [database] in try database.connect() }
    }

    private func text(_ column: String) throws -> String? {
        try connection.query("select (\(column))::text from jobs where id = 1")[0].optionalText(0)
    }

    @Test func `one whose runner fell goes on from its checkpoint after its lease, its work done once`() throws {
        // The first run does two rows and falls: nobody writes its end down.
        let claim = try #require(
            try JobQueue(connection: connection, runner: "one").claim([TestJob(name: "test")], now: clock.now))
        let first = try database.connect()
        let context = JobContext(JobRun(claim, now: clock.now, canceller: first.canceller()), first)
        for number in 1...2 {
            try first.transaction { () throws in
                try first.query("insert into tenants values ($1, $2)", [.int(100 + number), .text("row \(number)")])
                try context.row(Int64(number), name: "row \(number)", isOK: true)
                try context.save(checkpoint: "{\"next\": \(number + 1)}")
            }
        }
        let second = desk("two") { job in
            #expect(job.checkpoint == #"{"next": 3}"#)
            try job.connection.query("insert into tenants values (103, 'row 3')")
            try job.row(3, name: "row 3", isOK: false, message: "no")
            return nil
        }
        clock.advance(seconds: 59)
        try second.keep(connection)
        #expect(try !runNext(second))
        clock.advance(seconds: 2)
        try second.keep(connection)
        #expect(try text("error") == "the process that ran it ended")
        // It waits a little, in case that it was the job that felled its runner.
        #expect(try !runNext(second))
        clock.advance(seconds: 5)
        #expect(try runNext(second))
        #expect(try text("state || ' ' || attempts || ' ' || rows_ok || ' ' || rows_failed") == "done 2 2 1")
        #expect(try connection.query("select count(*) from job_rows")[0].int(0) == 3)
    }

    @Test func `a run that lost its lease changes nothing any more`() throws {
        let stalled = try #require(
            try JobQueue(connection: connection, runner: "one").claim([TestJob(name: "test")], now: clock.now))
        let old = try database.connect()
        let run = JobRun(stalled, now: clock.now, canceller: old.canceller())
        let context = JobContext(run, old)
        clock.advance(seconds: 61)
        let second = desk("two") { _ in "\"second\"" }
        try second.keep(connection)
        clock.advance(seconds: 5)
        #expect(try runNext(second))
        let lost = #expect(throws: JobError.self) {
            try old.transaction { () throws in
                try old.query("insert into tenants values (100, 'stale')")
                try context.save(checkpoint: "{}")
            }
        }
        #expect(lost == .lost)
        try JobQueue(connection: old, runner: "one")
            .end(run, .success("\"first\""), patience: 3, now: clock.now, random: 0)
        #expect(try text("result") == "\"second\"")
        #expect(try connection.query("select count(*) from tenants")[0].int(0) == 1)
    }

    @Test func `one that fells its runner each time is given up`() throws {
        let queue = JobQueue(connection: connection, runner: "one")
        let keeper = desk("two") { _ in nil }
        for _ in 0..<3 {
            clock.advance(seconds: 4000)
            _ = try queue.claim([TestJob(name: "test")], now: clock.now)
            clock.advance(seconds: 61)
            try keeper.keep(connection)
        }
        #expect(try text("state || ': ' || error") == "failed: the process that ran it ended")
    }

    @Test func `a lease is renewed while the job runs, and its progress is seen`() throws {
        let keeping = try database.connect()
        let box = Locked<JobDesk?>(nil)
        let (clock, connection) = (clock, connection)
        let desk = desk("one") { job in
            for _ in 0..<5 {
                clock.advance(seconds: 40)
                job.progress(done: 7, total: 10, message: "half")
                try box.withLock { $0 }?.keep(keeping)
            }
            let row = try connection.query("select progress_done, progress_total, message, state from jobs")[0]
            #expect("\(row.int(0)) \(row.int(1)) \(row.text(2)) \(row.text(3))" == "7 10 half running")
            return nil
        }
        box.withLock { $0 = desk }
        #expect(try runNext(desk))
        #expect(try text("state || ' ' || attempts") == "done 1")
        box.withLock { $0 = nil }
    }

    @Test func `one that waits is cancelled at once, one that runs when it looks next`() throws {
        try Jobs.cancel(connection, 1, actor: ann, viewer: nil)
        #expect(try text("state || ' ' || cancelled_by") == "cancelled operator:ann")
        let over = #expect(throws: RecordRefusal.self) { try Jobs.cancel(connection, 1, actor: ann, viewer: nil) }
        #expect(over?.code == "job_over")
        try Jobs.retry(connection, 1, actor: ann, viewer: nil)
        try connection.query("update jobs set next_at = $1", [.timestamp(clock.now)])
        let keeping = try database.connect()
        let box = Locked<JobDesk?>(nil)
        let actor = ann
        let desk = desk("one") { job in
            try Jobs.cancel(keeping, 1, actor: actor, viewer: nil)
            #expect(!job.isCancelled)
            try box.withLock { $0 }?.keep(keeping)
            try job.check()
            return "\"went on\""
        }
        box.withLock { $0 = desk }
        #expect(try runNext(desk))
        box.withLock { $0 = nil }
        #expect(try text("state") == "cancelled")
        let audit = try connection.query("select action from audit_log where object_kind = 'job' order by id")
        #expect(audit.map { $0.text(0) } == ["cancel", "retry", "cancel"])
    }

    @Test func `one that is interrupted by a stop is taken up again at once and counts as no failure`() throws {
        let box = Locked<JobDesk?>(nil)
        let first = desk("one") { job in
            box.withLock { $0 }?.stop()
            try job.check()
            return nil
        }
        box.withLock { $0 = first }
        #expect(try runNext(first))
        box.withLock { $0 = nil }
        #expect(try text("state || ' ' || failures") == "queued 0")
        #expect(try !runNext(first))
        #expect(try runNext(desk("two") { _ in nil }))
        #expect(try text("state") == "done")
    }

    @Test func `of one key only one is under way`() throws {
        let first = try Jobs.enqueue(connection, "k", title: "", actor: ann, uniqueKey: "a")
        #expect(try Jobs.enqueue(connection, "k", title: "", actor: ann, uniqueKey: "a") == first)
        #expect(try Jobs.enqueue(connection, "k", title: "", actor: ann, uniqueKey: "b") != first)
        try Jobs.cancel(connection, first, actor: ann, viewer: nil)
        let next = try Jobs.enqueue(connection, "k", title: "", actor: ann, uniqueKey: "a")
        #expect(next != first)
        let busy = #expect(throws: RecordRefusal.self) { try Jobs.retry(connection, first, actor: ann, viewer: nil) }
        #expect(busy?.code == "busy")
    }
}
