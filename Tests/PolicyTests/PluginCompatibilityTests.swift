import PluginAPI
import Support
import Synchronization
import Testing

@testable import Policy

/// Plugins that this package did not build.
@Suite(.serialized)
struct PluginCompatibilityTests {
    @Test func `a plugin from an outside package that depends on PluginAPI alone runs`() async throws {
        let scratch = RunFolder.folder()
        let package = PluginFactory.sourceTree + "/Tests/Plugins/ThirdParty"
        try PluginFactory.run(["swift", "build", "--package-path", package, "--scratch-path", scratch])
        let folder = try PluginFactory.folder([scratch + "/debug/libAcme.so"])
        let desk = FakeDesk()
        var equipment = PluginEquipment()
        equipment.migrate = {
            desk.note("tables of \($0): \($1.split(separator: "/").suffix(2).joined(separator: "/"))")
        }
        equipment.equip = { $1.database = Database(desk) }
        let host = PluginHost.load(
            folder: folder, resources: [package], settings: ["acme": ["prefix": "isp"]], equipment: equipment
        ) { desk.note("\($0): \($1)") }
        #expect(host.reports.map(\.reason) == [nil])
        #expect(
            host.reports.first?.offers == [
                "Events", "Jobs", "Migrations", "NASDialect", "Pages", "Permissions", "Routes", "Settings",
            ])
        #expect(
            try reply(host, "acme").map(\.description) == [
                "Framed-IP-Address = {framed-ip-address}", "Filter-Id = \"isp-20000-5000\"",
            ])
        try await use(host, desk)
        host.stop()
    }

    /// What it does beside its dialect, on a host of the test's own.
    private func use(_ host: PluginHost, _ desk: FakeDesk) async throws {
        let acme = try #require(host.plugin("acme"))
        #expect(acme.permissions.map(\.name) == ["acme.view", "acme.manage"])
        #expect(acme.ui?.pages.first?.resource == "/plugins/acme/notes")
        #expect(acme.module?.hasPrefix("/plugins/acme/plugin.js?v=") == true)
        #expect(acme.jobs.map { "\($0.name) \($0.schedule ?? "")" } == ["acme.tidy 30 3 * * *"])
        let caller = Caller(id: 1, name: "ann", tenant: 1, permissions: [])
        let post = try #require(host.routes.first { $0.route.method == .post }?.route)
        let made = try await post.run(["subscriber_id": .integer(5), "text": .text("calls often")], caller)
        #expect(made == .object(["id": .integer(7), "text": .text("calls often")]))
        await #expect(throws: RouteError.self) {
            _ = try await post.run(["subscriber_id": .integer(6), "text": .text("x")], caller)
        }
        await #expect(throws: FieldErrors.self) { _ = try await post.run(["subscriber_id": .integer(5)], caller) }
        let events = try #require(acme.events)
        try await events.hear(PluginEvent("subscriber.changed", key: 5))
        let job = try #require(acme.jobs.first)
        try await job.run([:], RunningJob(id: 1))
        #expect(
            desk.notes == [
                "tables of acme: Acme/Migrations", "acme: plugin acme 0.1.0 runs", "begin", "insert",
                "enqueue acme.tidy",
                "commit", "begin", "rollback", "acme: subscriber.changed 5", "begin", "delete", "commit",
            ])
    }

    /// The recipe of docs/plugins.md, word for word.
    @Test func `the plugin that the documentation writes is built and runs`() throws {
        let text = String(
            decoding: try PluginFactory.read(PluginFactory.sourceTree + "/docs/plugins.md"), as: UTF8.self)
        let blocks = text.split(separator: "```").filter { $0.hasPrefix("swift\n") }.map { String($0.dropFirst(6)) }
        let source = try #require(blocks.first { $0.contains("public struct Acme: NASDialect") })
        let doors = try #require(blocks.first { $0.contains("tollkeeper_plugin_register") })
        let host = PluginHost.load(
            folder: try PluginFactory.folder([try PluginFactory.swift(files: [source, doors], "Acme")]),
            settings: ["acme": ["prefix": "doc"]]
        ) { _, _ in }
        #expect(host.reports.map(\.reason) == [nil])
        #expect(try reply(host, "acme").map(\.description).last == "Filter-Id = \"doc-20000-5000\"")
        host.stop()
    }

    /// The older library is only compiled against: at run time there is one PluginAPI in the process, the current.
    @Test func `a plugin compiled against an older PluginAPI works with this one`() throws {
        let library = try PluginFactory.swift(
            "Veteran", veteran, modules: OlderAPI.folder, libraries: OlderAPI.folder)
        let host = PluginHost.load(folder: try PluginFactory.folder([library])) { _, _ in }
        #expect(host.reports.map(\.reason) == [nil])
        #expect(
            try reply(host, "veteran").map(\.description) == [
                "Framed-Pool = \"home\" unless framed-ip-address", "Filter-Id = \"20M/5M\"",
            ])
        let dialect = try #require(host.dialect("veteran"))
        #expect(dialect.dialect.requests == [RequestRule(.mac, from: "Calling-Station-Id")])
        #expect(dialect.dialect.capabilities.coaPort == 1812)
        #expect(try dialect.speaker.serviceProfiles(for: plan, dialect: "veteran").isEmpty)
        host.stop()
    }

    private let veteran = """
        public struct Veteran: NASDialect, Plugin {
            public static let manifest = Manifest(id: "veteran", title: "Old but gold", version: "1")
            public init(_ host: Context) throws {}
            public var dialects: [Dialect] {
                [Dialect(id: "veteran", title: "Veteran", requests: [RequestRule(.mac, from: "Calling-Station-Id")],
                    capabilities: DialectCapabilities(coaPort: 1812))]
            }
            public func reply(for plan: Plan, dialect: String, into reply: inout ReplyBuilder) throws {
                if let pool = plan.pool { reply.add("Framed-Pool", .text(pool), when: .ifAbsent(.framedIPAddress)) }
                reply.add("Filter-Id", "\\(plan.down?.rate.description ?? "")/\\(plan.up?.rate.description ?? "")")
            }
        }
        """

    private var plan: Plan {
        var plan = Plan(service: "Home", tier: "normal", tierPosition: 0)
        plan.down = RateProfile(Rate(bitsPerSecond: 20_000_000))
        plan.up = RateProfile(Rate(bitsPerSecond: 5_000_000))
        plan.pool = "home"
        return plan
    }

    private func reply(_ host: PluginHost, _ dialect: String) throws -> [ReplyAttribute] {
        let loaded = try #require(host.dialect(dialect))
        var reply = ReplyBuilder()
        try loaded.speaker.reply(for: plan, dialect: dialect, into: &reply)
        return reply.attributes
    }
}

/// PluginAPI as it was, built once.
private enum OlderAPI {
    static let folder: String = {
        do {
            let folder = RunFolder.folder()
            let sources = try PluginFactory.sources(below: PluginFactory.sourceTree + "/Tests/Plugins/PluginAPI-old")
            try PluginFactory.run(
                [
                    "swiftc", "-parse-as-library", "-emit-library", "-emit-module", "-enable-library-evolution",
                    "-swift-version", "6", "-module-name", "PluginAPI",
                    "-emit-module-path", folder + "/PluginAPI.swiftmodule", "-o", folder + "/libPluginAPI.so",
                    "-Xlinker", "-soname=libPluginAPI.so",
                ] + sources)
            return folder
        } catch {
            preconditionFailure("the older PluginAPI does not compile: \(error)")
        }
    }()
}

/// A host's database that knows subscriber 5 and answers every statement with one row.
private final class FakeDesk: DatabaseHost, TransactionHost {
    private let lines = Mutex<[String]>([])

    var notes: [String] { lines.withLock { $0 } }

    func note(_ line: String) { lines.withLock { $0.append(line) } }

    func transaction(_ body: @escaping @Sendable (Transaction) async throws -> Void) async throws {
        note("begin")
        do { try await body(Transaction(self)) } catch {
            note("rollback")
            throw error
        }
        note("commit")
    }

    func query(_ sql: String, _ parameters: [SQLValue]) async throws -> [SQLRow] {
        note(String(sql.prefix { $0 != " " }))
        return [SQLRow(["id"], ["7"])]
    }

    func enqueue(_ job: String, _ arguments: FieldValue) async throws -> Int64 {
        note("enqueue \(job)")
        return 1
    }

    func subscriber(_ id: Int64, _ caller: Caller) async throws -> SubscriberSummary? {
        id == 5 ? SubscriberSummary(id: 5, username: "bob", isActive: true) : nil
    }
}
