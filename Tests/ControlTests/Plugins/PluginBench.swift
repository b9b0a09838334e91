import Dictionary
import Glibc
import HTTP
import PluginAPI
import Store
import Support
import Testing
import Threads

@testable import Control
@testable import Policy

/// The Vouchers plugin on a database of its own, and calls of the API as the kernel makes them.
struct PluginBench {
    let database: TestDatabase
    let connection: Connection
    let desk: PluginDesk
    let house: House
    let restarts = Counter()
    let place = PluginPlace()
    /// The plugin's `Web/` folder.
    let pages: String

    final class Counter: Sendable {
        private let number = Locked(0)
        var value: Int { number.withLock { $0 } }
        func count() { number.withLock { $0 += 1 } }
    }

    init(
        database: TestDatabase? = nil, settings: [String: String] = [:], disabled: Set<String> = [],
        isPatient: Bool = true
    ) throws {
        let database = try database ?? TestDatabase()
        self.database = database
        connection = try database.connect()
        let folder = RunFolder.folder()
        try #require(mkdir(folder + "/Vouchers", 0o700) == 0 && mkdir(folder + "/Vouchers/Migrations", 0o700) == 0)
        try PluginBench.write(
            "CREATE TABLE vouchers (code text PRIMARY KEY, value bigint NOT NULL, made_by text);",
            to: folder + "/Vouchers/Migrations/0001_vouchers.sql")
        try PluginBench.makePages(folder + "/Vouchers/Web")
        var plan = PluginDesk.Plan(folder: folder)
        pages = folder + "/Vouchers/Web"
        plan.types = [Vouchers.self]
        plan.settings["vouchers"] = settings
        plan.disabled = disabled
        let seal: House.Cipher = { bytes, place in Array(place.utf8) + [0] + bytes.reversed() }
        let open: House.Cipher = { bytes, place in
            try #require(bytes.starts(with: Array(place.utf8) + [0]))
            return bytes.dropFirst(place.utf8.count + 1).reversed()
        }
        let patience = Patience()
        if !isPatient { patience.end() }
        desk = try PluginDesk.start(
            plan, database: database.settings, owner: database.settings, open: open, clock: { 1_800_000_000_000_000 },
            calls: PluginCalls(limits: PluginBreaker.Limits(), now: { 0 }, wait: patience.wait)
        ) { _, _ in }
        place.put(desk) { _, _ in }
        house = House(
            seal: seal, open: open, dictionary: PluginBench.dictionary, clock: { 1_800_000_000_000_000 },
            steadyClock: { 0 }, exports: Exports(Workers("none", database.settings, threads: 0, limit: 0)),
            version: "1", log: { _ in })
    }

    /// The real one, read once.
    static let dictionary: AttributeDictionary = {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        do {
            return try AttributeDictionary.load(file: "/\(root)/dictionaries/dictionary")
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private static func makePages(_ folder: String) throws {
        try #require(mkdir(folder, 0o700) == 0 && mkdir(folder + "/img", 0o700) == 0)
        try write("export default 1", to: folder + "/plugin.js")
        try write("packed", to: folder + "/plugin.js.gz")
        try write("<svg/>", to: folder + "/img/a.svg")
        try write("not for you", to: folder + "/.hidden")
        try #require(symlink("../Migrations/0001_vouchers.sql", folder + "/link.txt") == 0)
    }

    static func write(_ text: String, to file: String) throws {
        let stream = try #require(fopen(file, "w"))
        defer { fclose(stream) }
        try #require(fputs(text, stream) >= 0)
    }

    func principal(
        _ permissions: Set<String>, kind: Principal.Kind = .operator, id: Int64 = 1, scope: Scope = .house
    ) -> Principal {
        Principal(kind: kind, id: id, name: "ann", permissions: permissions, scope: scope, credential: .token(1))
    }

    var endpoints: [Endpoint] {
        AllEndpoints.complete(house, place, restart: { [restarts] in restarts.count() })
    }

    /// Status, body and ETag of a call; as the kernel does it.
    func call(
        _ method: String, _ target: String, _ body: String? = nil, as caller: Principal, ifMatch version: Int64? = nil,
        type: String = "application/json"
    ) throws -> (status: Int, body: String, version: Int64?) {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let (endpoint, parameters) = try #require(find(method, parts[0]), "no endpoint \(method) \(target)")
        if let refusal = endpoint.access.refusal(of: caller) { return read(refusal.response) }
        var request = Request(
            method: method, path: parts[0], query: parts.count > 1 ? parts[1] : nil,
            headers: [(name: "content-type", value: type)],
            body: Array((body ?? "").utf8), parameters: parameters)
        request.client = "192.0.2.7"
        request.id = "r1"
        do {
            let inputs = try InputReader(endpoint: endpoint).read(request)
            let call = Call(
                request: request, caller: caller, connection: connection, inputs: inputs, version: version)
            return read(try endpoint.run(call).response(of: endpoint, to: request))
        } catch {
            return read((Refusals.problem(error) ?? Problem(500, "internal", "\(error)")).response)
        }
    }

    private func read(_ response: Response) -> (status: Int, body: String, version: Int64?) {
        let tag = response.headers.first { $0.name == "ETag" }?.value
        let body = response.body.last == 10 ? response.body.dropLast() : response.body[...]
        return (response.status, String(decoding: body, as: UTF8.self), tag.flatMap(EntityTag.version))
    }

    func find(_ method: String, _ path: String) -> (Endpoint, [String: String])? {
        let segments = path.split(separator: "/").map(String.init)
        var best: (Endpoint, [String: String])?
        for endpoint in endpoints where endpoint.method.rawValue == method {
            let parts = endpoint.path.split(separator: "/").map(String.init)
            guard parts.count == segments.count else { continue }
            var parameters: [String: String] = [:]
            let fits = zip(parts, segments).allSatisfy { part, segment in
                if part.hasPrefix("{") { parameters[String(part.dropFirst().dropLast())] = segment }
                return part.hasPrefix("{") || part == segment
            }
            // What is written out goes before a parameter.
            if fits, best == nil || parameters.count < best?.1.count ?? 0 { best = (endpoint, parameters) }
        }
        return best
    }
}
