import HTTP
import PluginAPI
import Store
import Support
import Testing
import Threads

@testable import Control
@testable import Policy

/// A plugin's jobs and what it hears.
@Suite(.serialized)
struct PluginWorkTests {
    @Test func `a plugin's job is run by the runner, with what it was given`() throws {
        let bench = try PluginBench()
        Vouchers.sums.withLock { $0 = [] }
        let context = Context(settings: [:])
        _ = context
        let desk = JobDesk(bench.desk.jobKinds, runner: "test", clock: { _ in 1_800_000_000_000_000 }) { 0.5 }
        try bench.connection.query("insert into plugin_vouchers.vouchers values ('a', 30), ('b', 12)")
        let id = try Jobs.enqueue(
            bench.connection, "vouchers.sum", title: "x", arguments: .object([("least", .integer(7))]),
            actor: .system, at: 0)
        _ = try Jobs.enqueue(bench.connection, "vouchers.fail", title: "x", actor: .system, at: 0)
        while try desk.runNext(bench.connection, reconnect: { try bench.database.connect() }) {}
        #expect(Vouchers.sums.withLock { $0 } == [49])
        let rows = try bench.connection.query("select state, progress_done, message, error from jobs order by id")
        #expect(rows[0].text(0) == "done")
        #expect(rows[0].int(1) == 1 && rows[0].text(2) == "added up")
        #expect(rows[1].text(0) == "failed" && rows[1].text(3) == "never works")
        #expect(id > 0)
        bench.desk.stop()
    }

    @Test func `it hears what happened since it last heard, again when it failed, and not twice when it did not`()
        throws
    {
        let bench = try PluginBench()
        let plugin = try #require(bench.desk.host.plugin("vouchers"))
        let events = try #require(plugin.events)
        let hearing = PluginHearing(
            plugin: "vouchers", topics: plugin.topics, events: events, calls: bench.desk.calls)
        Vouchers.heard.withLock { $0 = [] }
        try hearing.round(bench.connection)
        try bench.connection.execute(
            "insert into subscribers (id, username) values (1, 'a'), (2, 'b'); insert into services (name) values ('x')"
        )
        Vouchers.isDeaf.withLock { $0 = true }
        #expect(throws: PluginError.self) { try hearing.round(bench.connection) }
        Vouchers.isDeaf.withLock { $0 = false }
        // Another process, later.
        let other = try bench.database.connect()
        try hearing.round(other)
        try hearing.round(bench.connection)
        #expect(Vouchers.heard.withLock { $0.map(\.key).sorted() } == [1, 2])
        bench.desk.stop()
    }

    @Test func `a transaction whose statement failed keeps nothing, even when the plugin goes on`() async throws {
        let bench = try PluginBench()
        let database = Database(PluginDatabase("vouchers", bench.database.settings, jobs: PluginJobQueue()))
        await #expect(throws: DatabaseError.self) {
            try await database.transaction { tx in
                try await tx.query("insert into vouchers values ('a', 1)")
                _ = try? await tx.query("insert into vouchers values ('a', 1)")
            }
        }
        await #expect(throws: PluginError("no")) {
            try await database.transaction { tx in
                try await tx.query("insert into vouchers values ('b', 1)")
                throw PluginError("no")
            }
        }
        await #expect(throws: PluginError("vouchers has no job other.job")) {
            try await database.transaction { _ = try await $0.enqueue("other.job") }
        }
        let count = try await database.transaction {
            try await $0.query("select count(*) as n from vouchers").first?.integer("n")
        }
        #expect(count == 0)
        bench.desk.stop()
    }

    @Test func `a plugin's tables are brought up to date once, and one whose file changed is refused`() throws {
        let bench = try PluginBench()
        #expect(try bench.connection.query("select 1 from plugin_vouchers.schema_migrations").count == 1)
        bench.desk.stop()
        let again = try PluginBench(database: bench.database)
        #expect(again.desk.host.plugins.count == 1)
        try again.connection.execute("update plugin_vouchers.schema_migrations set checksum = 'x'")
        again.desk.stop()
        let third = try PluginBench(database: bench.database)
        #expect(third.desk.host.reports.first?.reason?.contains("cannot set up its tables") == true)
        third.desk.stop()
    }
}
