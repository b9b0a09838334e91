@testable import Control
import Dictionary
import HTTP
import PluginAPI
import Store
import Support
import Testing

/// The API over a database of its own, called without a server: what an endpoint reads, decides and answers.
struct APIDesk {
    let database: TestDatabase
    let connection: Connection
    let house: House
    let clock = TestClock()
    /// That of limits, which is not set.
    let steadyClock = TestClock()
    private let workers: Workers

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        workers = Workers("test", database.settings, threads: 1, limit: 10)
        let dictionary = AttributeDictionary.parse(
            """
            ATTRIBUTE User-Name 1 string
            ATTRIBUTE NAS-Port 5 integer
            ATTRIBUTE Framed-Pool 88 string
            """)
        house = House(
            seal: { plain, place in Array("\(place)|".utf8) + plain },
            open: { sealed, place in Array(sealed.dropFirst(place.utf8.count + 1)) }, dictionary: dictionary,
            clock: { [clock] in clock.now }, steadyClock: { [steadyClock] in steadyClock.now },
            exports: Exports(workers), version: "test", log: { _ in },
            limiter: RateLimiter())
    }

    /// Somebody who may do all this.
    static func somebody(_ permissions: Set<String>, _ scope: Scope = .house) -> Principal {
        Principal(
            kind: .operator, id: 1, name: "ann", permissions: permissions, scope: scope, credential: .session(1))
    }

    static let all = Set(PermissionCatalogue.core.all.map(\.name).filter { !$0.hasPrefix("portal.") })

    /// Calls an endpoint as the API does after admission. Throws what it refuses with.
    @discardableResult
    func call(
        _ method: PluginAPI.Route.Method, _ path: String, _ parameters: [String: String] = [:], query: String? = nil,
        body: String? = nil, version: Int64? = nil, as principal: Principal = somebody(all)
    ) throws -> Answer {
        let endpoint = try #require(
            AllEndpoints.list(house).first { $0.method == method && $0.path == path }, "no endpoint \(method) \(path)")
        var request = Request(
            method: method.rawValue, path: API.root + path, query: query,
            headers: body == nil ? [] : [(name: "content-type", value: "application/json")],
            body: Array((body ?? "").utf8), parameters: parameters)
        request.client = "192.0.2.9"
        request.id = "r-1"
        let inputs = try InputReader(endpoint: endpoint).read(request)
        return try endpoint.run(
            Call(request: request, caller: principal, connection: connection, inputs: inputs, version: version))
    }

    /// The id that a creation answers with.
    func id(_ answer: Answer) throws -> Int64 {
        guard case .object(let members) = try #require(answer.json),
            case .integer(let id) = try #require(members.first { $0.0 == "id" }?.1)
        else { throw RecordRefusal("no id") }
        return id
    }

    /// The code and status that a call is refused with.
    func refusal(_ body: () throws -> Answer) -> String {
        do {
            _ = try body()
            return "taken"
        } catch {
            guard let problem = Refusals.problem(error) else { return "fault: \(error)" }
            return "\(problem.status) \(problem.code)"
        }
    }

    func text(_ sql: String, _ parameters: [Parameter] = []) throws -> String? {
        try connection.query(sql, parameters).first?.optionalText(0)
    }
}
