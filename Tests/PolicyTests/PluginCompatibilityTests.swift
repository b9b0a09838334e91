import PluginAPI
import Support
import Testing

@testable import Policy

/// Plugins that this package did not build.
@Suite(.serialized)
struct PluginCompatibilityTests {
    @Test func `a plugin from an outside package that depends on PluginAPI alone runs`() throws {
        let scratch = RunFolder.folder()
        try PluginFactory.run([
            "swift", "build", "--package-path", PluginFactory.sourceTree + "/Tests/Plugins/ThirdParty",
            "--scratch-path", scratch,
        ])
        let folder = try PluginFactory.folder([scratch + "/debug/libAcme.so"])
        let host = PluginHost.load(folder: folder, settings: ["acme": ["prefix": "isp"]]) { _, _ in }
        #expect(host.reports.map(\.reason) == [nil])
        #expect(host.reports.first?.offers == ["NASDialect", "Settings"])
        #expect(
            try reply(host, "acme").map(\.description) == [
                "Framed-IP-Address = {framed-ip-address}", "Filter-Id = \"isp-20000-5000\"",
            ])
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
