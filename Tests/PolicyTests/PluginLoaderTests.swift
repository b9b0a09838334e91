import Glibc
import PluginAPI
import Synchronization
import Support
import Testing

@testable import Policy

/// Real libraries through the real loader. What is refused must be a report, never a crash.
@Suite(.serialized)
struct PluginLoaderTests {
    private func load(
        _ folder: String, resources: [String] = [], settings: [String: [String: String]] = [:],
        required: Set<String> = [], disabled: Set<String> = []
    ) -> PluginHost {
        PluginHost.load(
            folder: folder, resources: resources, settings: settings, required: required, disabled: disabled,
            log: { _, _ in })
    }

    private func reasons(_ host: PluginHost) -> [String] {
        host.reports.map { "\($0.id ?? $0.file): \($0.reason ?? $0.state.rawValue)" }
    }

    // MARK: Files that are no plugins

    static let notPlugins: [(name: String, bytes: [UInt8], reason: String)] = [
        ("text", Array("#!/bin/sh\n".utf8), "is no shared library (not an ELF file)"),
        ("empty", [], "is no shared library (not an ELF file)"),
        ("magic", [0x7F, 0x45, 0x4C, 0x46], "is cut off within its ELF header"),
        ("zeros", [0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 0, count: 60), "is no 64-bit little-endian ELF file"),
    ]

    @Test(arguments: notPlugins)
    func `a file that is no library is refused by name`(file: (name: String, bytes: [UInt8], reason: String)) throws {
        let folder = RunFolder.folder()
        try PluginFactory.write(file.bytes, to: "\(folder)/lib\(file.name).so")
        let host = load(folder)
        #expect(reasons(host) == ["lib\(file.name).so: \(file.reason)"])
        #expect(host.reports.first?.state == .refused)
    }

    @Test func `a library cut off at any of forty places is refused and the process lives`() throws {
        let whole = try PluginFactory.read(Fixtures.chain)
        let folder = RunFolder.folder()
        for part in 0..<40 {
            let length = whole.count * part / 40
            try PluginFactory.write(Array(whole[..<length]), to: "\(folder)/libCut\(part).so")
        }
        let host = load(folder)
        #expect(host.reports.count == 40)
        #expect(host.reports.allSatisfy { $0.state == .refused && $0.id == nil })
    }

    @Test func `a wrong declaration refuses the plugin and says which`() throws {
        let host = load(try PluginFactory.folder([Fixtures.wrong]))
        #expect(host.plugins.isEmpty && host.routes.isEmpty)
        #expect(
            Set(reasons(host)) == [
                "wrong-route: declares GET /other/x wrongly: the path must begin with /wrong-route/",
                "wrong-door: declares POST /wrong-door/reload wrongly: this address is the server's",
                "wrong-job: declares the job other.x, which must be like wrong-job.expire",
                "wrong-right: declares the permission Everything, which is not like vouchers.view",
                "wrong-topic: hears all; there are nas.changed, preferences.changed, service.changed, subscriber.changed",
                "wrong-page: has the page /p/other, which must be /p/wrong-page or below",
                "wrong-module: has no file Web/none.js, which its pages name",
                "wrong-tables: has no folder Migrations with its migrations",
            ])
    }

    @Test func `a folder that is not there has no plugins`() {
        let host = load("/nonexistent", required: ["mikrotik"])
        #expect(host.reports.isEmpty)
        #expect(host.missing["mikrotik"] == "is not in /nonexistent")
    }

    // MARK: The handshake

    @Test func `a library without the two symbols is refused`() throws {
        let folder = try PluginFactory.folder([
            PluginFactory.c("NoDoor", "int nothing;"),
            PluginFactory.c("OneDoor", "const char *tollkeeper_abi(void) { return \"\"; }"),
        ])
        #expect(
            reasons(load(folder)) == [
                "libNoDoor.so: is no plugin: it exports no tollkeeper_abi",
                "libOneDoor.so: is no plugin: it exports no tollkeeper_plugin_register",
            ])
    }

    @Test func `another ABI is refused before its register function runs`() throws {
        let doors = "#include <stdlib.h>\nvoid tollkeeper_plugin_register(void) { abort(); }\n"
        func abi(_ words: String) -> String { doors + "const char *tollkeeper_abi(void) { return \(words); }" }
        let ours = PluginHandshake.expected
        let older = ours.split(separator: " ").map { $0.hasPrefix("swift=") ? "swift=5.10" : $0 }.joined(separator: " ")
        let folder = try PluginFactory.folder([
            PluginFactory.c("AOld", abi("\"\(older)\"")),
            PluginFactory.c("BEmpty", abi("\"\"")),
            PluginFactory.c("CNull", abi("0")),
        ])
        let swift = try #require(ours.split(separator: " ").first { $0.hasPrefix("swift=") })
        #expect(
            reasons(load(folder)) == [
                "libAOld.so: was built for swift=5.10; this server is \(swift): build it again",
                "libBEmpty.so: was built for \"\"; this server is \"\(ours)\"",
                "libCNull.so: was built for \"\"; this server is \"\(ours)\"",
            ])
    }

    @Test func `a library with a missing dependency is refused with the linker's words`() throws {
        let folder = try PluginFactory.folder([
            PluginFactory.c("Unresolved", "void missing_function(void); void f(void) { missing_function(); }")
        ])
        let reason = try #require(load(folder).reports.first?.reason)
        #expect(reason.hasPrefix("cannot be loaded: ") && reason.contains("missing_function"))
    }

    @Test func `a library that registers nothing is refused`() throws {
        let words = PluginHandshake.expected
        let source =
            "const char *tollkeeper_abi(void) { return \"\(words)\"; } void tollkeeper_plugin_register(void) {}"
        let folder = try PluginFactory.folder([PluginFactory.c("Silent", source)])
        #expect(reasons(load(folder)) == ["libSilent.so: registers no plugin"])
    }

    // MARK: Starting

    @Test func `plugins start in the order of their needs and stop in reverse`() throws {
        let log = Log()
        let host = PluginHost.load(folder: try PluginFactory.folder([Fixtures.chain])) { log.add("\($0): \($1)") }
        host.stop()
        #expect(
            log.lines.filter { $0.hasSuffix("starts") || $0.hasSuffix("stops") } == [
                "base: starts", "middle: starts", "top: starts", "top: stops", "middle: stops", "base: stops",
            ])
        #expect(host.reports.map(\.state) == [.running, .running, .running])
        #expect(host.reports.first { $0.id == "base" }?.offers == ["Services"])
    }

    @Test func `a plugin finds the service that another offers`() throws {
        let log = Log()
        _ = PluginHost.load(folder: try PluginFactory.folder([Fixtures.chain])) { log.add("\($0): \($1)") }
        #expect(log.lines.contains("middle: was told hello"))
    }

    @Test func `a throwing start refuses the plugin and those that need it; the rest goes on`() throws {
        let host = load(try PluginFactory.folder([Fixtures.faulty, Fixtures.chain]))
        #expect(
            reasons(host) == [
                "base: running", "middle: running", "top: running",
                "left: needs in a circle: left -> right -> left",
                "lonely: needs nowhere, which no plugin offers",
                "needy: needs thrower, which was refused",
                "right: needs in a circle: right -> left -> right",
                "thrower: did not start: the moon is not full",
            ])
    }

    @Test func `a second plugin of the same id is refused and the first runs`() throws {
        let twin = try PluginFactory.swift("Twin", Fixtures.plugin("Twin", id: "base"))
        let host = load(try PluginFactory.folder([Fixtures.chain, twin]))
        #expect(host.reports.last?.reason == "has the id base, which libChain.so has already")
        #expect(host.reports.first { $0.file == "libChain.so" && $0.id == "base" }?.state == .running)
    }

    @Test func `what is required and does not run is named with its reason`() throws {
        let folder = try PluginFactory.folder([Fixtures.faulty])
        #expect(throws: Never.self) { try load(folder).checkRequired() }
        let host = load(folder, required: ["thrower", "ghost"])
        let error = #expect(throws: PluginError.self) { try host.checkRequired() }
        #expect(
            error?.message == "plugin ghost is required: is not in \(folder); "
                + "plugin thrower is required: libFaulty.so did not start: the moon is not full")
    }

    @Test func `a disabled plugin is not started, and not opened when its file is named so`() throws {
        let host = load(try PluginFactory.folder([Fixtures.chain]), disabled: ["base"])
        #expect(
            reasons(host) == [
                "base: is disabled", "middle: needs Greeter, which is disabled", "top: needs middle, which was refused",
            ])
        let unopened = load(try PluginFactory.folder([Fixtures.chain]), disabled: ["chain"])
        #expect(reasons(unopened) == ["chain: is disabled; its file was not opened"])
    }

    // MARK: Settings and files

    static let settings: [(given: [String: String], reason: String)] = [
        (
            ["speed": "fast"],
            "setting speed must be a whole number of -9223372036854775808 to 9223372036854775807, not \"fast\""
        ),
        (["speed": "0"], "setting speed must be 1 to 9, not 0"),
        (["colour": "red"], "setting colour is unknown; there are speed, name"),
    ]

    @Test(arguments: settings)
    func `an unknown or invalid setting refuses the plugin`(row: (given: [String: String], reason: String)) throws {
        let host = load(try PluginFactory.folder([Fixtures.tuned]), settings: ["tuned": row.given])
        #expect(reasons(host) == ["tuned: \(row.reason)"])
    }

    @Test func `a setting for a plugin that has none refuses it`() throws {
        let host = load(try PluginFactory.folder([Fixtures.chain]), settings: ["base": ["x": "1"]])
        #expect(host.reports.first { $0.id == "base" }?.reason == "setting x is unknown; there are none")
    }

    @Test func `settings come typed, defaults filled in, and files from the plugin's own folder only`() throws {
        let folder = try PluginFactory.folder([Fixtures.tuned])
        let log = Log()
        try #require(mkdir(folder + "/Tuned", 0o755) == 0 && mkdir(folder + "/Tuned/Packs", 0o755) == 0)
        try PluginFactory.write(Array("<a b='1'><c>text</c></a>".utf8), to: folder + "/Tuned/Packs/one.xml")
        let host = PluginHost.load(folder: folder, settings: ["tuned": ["speed": "7"]]) { log.add($1) }
        #expect(host.reports.first?.state == .running)
        #expect(host.settings["tuned"]?.fields.map(\.name) == ["speed", "name"])
        #expect(
            log.lines.dropLast() == [
                "speed 7 name anonymous", "files one.xml", "xml a b=1 c=text line 1",
                "../secret: a plugin reads below its own folder only",
                "/etc/passwd: a plugin reads below its own folder only",
                "Packs/../../x: a plugin reads below its own folder only",
            ])
    }
}

/// What was logged, in order.
final class Log: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func add(_ line: String) { kept.withLock { $0.append(line) } }
}
