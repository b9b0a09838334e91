import AAA
import HTTP
import PluginAPI
import Store
import Testing

@testable import Control

/// Every endpoint that is no GET is called with what it takes, and must leave a row in the audit log that names the
/// caller and the request. One that is added and not called here fails the suite, unless it is among the exceptions.
@Suite(.serialized) struct AuditCoverageTests {
    /// What is no GET and leaves no row, and why.
    private static let exceptions = [
        "POST /dictionaries/decode": "reads what it is given",
        "POST /subscribers/bulk/preview": "counts",
        "POST /subscribers/import/check": "reads what it is given",
        "POST /subscribers/{id}/test-login": "tries, as explain does; sends and changes nothing",
        "POST /portal/session": "a customer's own sign-in, kept with its address in web_sessions while it matters",
    ]

    private let bench: PluginBench
    private let ann = Principal(
        kind: .operator, id: 1, name: "ann", permissions: APIDesk.all.union(["vouchers.manage"]), scope: .house,
        credential: .session(1))
    private let called = Called()

    private final class Called {
        var endpoints: Set<String> = []
    }

    init() throws {
        bench = try PluginBench()
        try bench.connection.query(
            """
            insert into operators (id, username, password_scrypt, must_change) values (1, 'ann', $1, false)
            """, [.text(Scrypt.hash(IdentityDesk.password, cost: 4))])
        try bench.connection.execute(
            """
            insert into operator_roles (operator_id, role_id) select 1, id from roles where builtin = 'administrator';
            select setval(pg_get_serial_sequence('operators', 'id'), 10);
            insert into alarms (id, kind, subject, message) values (1, 'k', 's', 'm');
            insert into nas_unknown (source) values ('192.0.2.50'), ('192.0.2.51')
            """)
        try JobSchedules.ensure(bench.connection, "nightly", cron: "0 3 * * *", kind: "x")
    }

    private static func name(_ endpoint: Endpoint) -> String { "\(endpoint.method.rawValue) \(endpoint.path)" }

    /// Calls it and looks for its row; gives the answer's members.
    ///
    /// - table: where the version stands of what the path's last number names; for those that want If-Match.
    @discardableResult
    private func write(
        _ method: String, _ target: String, _ body: String? = nil, of table: String? = nil, version: Int64? = nil,
        as caller: Principal? = nil, type: String = "application/json"
    ) throws -> [String: FieldValue] {
        let endpoint = try #require(bench.find(method, target), "no endpoint \(method) \(target)").0
        called.endpoints.insert(Self.name(endpoint))
        let last = try bench.connection.query("select coalesce(max(id), 0) from audit_log")[0].int(0)
        var seen = version
        if let table, let id = target.split(separator: "/").compactMap({ Int64($0) }).last {
            seen = Int64(try bench.connection.query("select version from \(table) where id = $1", [.int(id)])[0].int(0))
        }
        let answer = try bench.call(method, target, body, as: caller ?? ann, ifMatch: seen, type: type)
        #expect((200..<300).contains(answer.status), "\(method) \(target): \(answer.body)")
        let rows = try bench.connection.query(
            "select actor, source from audit_log where id > $1 and request_id = 'r1'", [.int(last)])
        #expect(!rows.isEmpty, "\(method) \(target) leaves no row in the audit log")
        let name = (caller ?? ann).actor(source: "").name
        #expect(rows.allSatisfy { $0.text(0) == name && $0.text(1) == "192.0.2.7" }, "\(method) \(target)")
        guard case .object(let values)? = try? JSONReader.read(Array(answer.body.utf8)) else { return [:] }
        return values
    }

    private func id(_ answer: [String: FieldValue], _ name: String = "id") throws -> Int64 {
        guard case .integer(let id) = answer[name] else { throw RecordRefusal("no \(name) in \(answer)") }
        return id
    }

    @Test func `every write leaves a row in the audit log, but for those that change nothing`() throws {
        try oneself()
        let service = try services()
        let router = try routers()
        let reseller = try resellers(service, router)
        try people(reseller)
        let subscriber = try subscribers(service)
        try portal(subscriber)
        try running(subscriber)
        try webhooks()
        try plugins()
        // What they need goes last.
        try write("DELETE", "/resellers/\(reseller)", of: "resellers")
        try write("DELETE", "/services/\(service)", of: "services")
        try write("DELETE", "/nas/\(router)", of: "nas_devices")
        let writes = Set(bench.endpoints.filter { $0.method != .get }.map(Self.name))
        let missing = writes.subtracting(called.endpoints).subtracting(Self.exceptions.keys).sorted()
        #expect(missing.isEmpty, "nobody looks whether these leave a row in the audit log")
        #expect(Set(Self.exceptions.keys).subtracting(writes).isEmpty, "exceptions that there are not")
        #expect(called.endpoints.isDisjoint(with: Self.exceptions.keys))
        bench.desk.stop()
    }

    private func oneself() throws {
        let password = IdentityDesk.password
        try write("POST", "/session", #"{"username":"ann","password":"\#(password)"}"#)
        try write("DELETE", "/session")
        let second = try bench.connection.query("select max(id) from web_sessions")[0].int(0)
        try write("DELETE", "/me/sessions/\(second)")
        try write("DELETE", "/me/sessions")
        let token = try id(try write("POST", "/me/tokens", #"{"name":"t"}"#))
        try write("DELETE", "/me/tokens/\(token)")
        try write("DELETE", "/me/tokens")
        try write("PUT", "/me/password", #"{"old":"\#(password)","new":"a horse on the roof"}"#)
        try write("PUT", "/me/preferences", #"{"theme":"dark"}"#)
        try write("POST", "/me/second-factor")
        let sealed = try bench.connection.query("select totp_sealed from operators where id = 1")[0].bytes(0)
        let secret = try bench.house.open(sealed, "operators/1/totp")
        let code = TOTP.code(secret, counter: UInt64(bench.house.clock() / 30_000_000))
        func firstCode(_ answer: [String: FieldValue]) throws -> String {
            guard case .list(let codes) = answer["recovery_codes"], case .text(let code)? = codes.first else {
                throw RecordRefusal("no codes")
            }
            return code
        }
        let first = try firstCode(try write("POST", "/me/second-factor/confirm", #"{"code":"\#(code)"}"#))
        let other = try firstCode(try write("POST", "/me/second-factor/recovery-codes", #"{"code":"\#(first)"}"#))
        try write("POST", "/me/second-factor/end", #"{"code":"\#(other)"}"#)
    }

    private func services() throws -> Int64 {
        let service = try id(try write("POST", "/services", #"{"name":"gold","tiers":[{"name":"normal"}]}"#))
        try write("PATCH", "/services/\(service)", #"{"tiers":[{"name":"slow"}]}"#, of: "services")
        try write("POST", "/services/\(service)/clone", #"{"name":"silver"}"#)
        return service
    }

    private func routers() throws -> Int64 {
        let router = try id(try write("POST", "/nas", #"{"name":"r1","ip":"192.0.2.60"}"#))
        try write("PATCH", "/nas/\(router)", #"{"name":"r2"}"#, of: "nas_devices")
        try write("POST", "/nas/\(router)/secret", "{}", of: "nas_devices")
        try write("DELETE", "/nas/\(router)/secret/old", of: "nas_devices")
        try write("POST", "/unknown-sources/192.0.2.50/register", #"{"name":"r3"}"#)
        try write("DELETE", "/unknown-sources/192.0.2.51")
        return router
    }

    private func resellers(_ service: Int64, _ router: Int64) throws -> Int64 {
        let reseller = try id(try write("POST", "/resellers", #"{"name":"east"}"#))
        try write("PATCH", "/resellers/\(reseller)", #"{"name":"far east"}"#, of: "resellers")
        try write("PUT", "/resellers/\(reseller)/nas", #"{"ids":[\#(router)]}"#)
        try write("PUT", "/resellers/\(reseller)/services", #"{"ids":[\#(service)]}"#)
        return reseller
    }

    private func people(_ reseller: Int64) throws {
        let role = try id(try write("POST", "/roles", #"{"name":"looker","permissions":["nas.view"]}"#))
        try write("PATCH", "/roles/\(role)", #"{"permissions":[]}"#, of: "roles")
        try write("DELETE", "/roles/\(role)", of: "roles")
        let bob = try id(try write("POST", "/operators", #"{"username":"bob","reseller_id":\#(reseller)}"#))
        try write("PATCH", "/operators/\(bob)", #"{"full_name":"Bob"}"#, of: "operators")
        try write("POST", "/operators/\(bob)/log-in-as")
        try write("POST", "/operators/\(bob)/password")
        try write("DELETE", "/operators/\(bob)/second-factor")
        try write("DELETE", "/operators/\(bob)/sessions")
        let token = try bench.connection.query(
            "insert into api_tokens (operator_id, name, token_hash, prefix) values ($1, 't', $2, 'tk_') returning id",
            [.int(bob), .bytes([1])])[0].int(0)
        try write("DELETE", "/operators/\(bob)/tokens/\(token)")
        try write("DELETE", "/operators/\(bob)/tokens")
        try write("DELETE", "/operators/\(bob)", of: "operators")
    }

    private func subscribers(_ service: Int64) throws -> Int64 {
        let subscriber = try id(
            try write("POST", "/subscribers", #"{"username":"cat","password":"a secret","service_id":\#(service)}"#))
        let path = "/subscribers/\(subscriber)"
        try write("PATCH", path, #"{"phone":"1"}"#, of: "subscribers")
        try write("POST", "\(path)/renew", #"{"days":1}"#, of: "subscribers")
        try write("POST", "\(path)/password/reveal")
        try write("POST", "\(path)/log-in-as")
        try write("POST", "/subscribers/import", "username\ndan", type: "text/csv")
        let gone = try id(try write("POST", "/subscribers", #"{"username":"eve"}"#))
        let hold = try id(
            try write("POST", "/legal-holds", #"{"subscriber_id":\#(gone),"case_number":"c","reason":"r"}"#))
        try write("DELETE", "/legal-holds/\(hold)")
        try write("DELETE", "/subscribers/\(gone)", of: "subscribers")
        try write("POST", "/subscribers/\(gone)/erasure", #"{"reason":"asked"}"#)
        return subscriber
    }

    private func portal(_ subscriber: Int64) throws {
        let cat = Principal(
            kind: .customer, id: subscriber, name: "cat", permissions: ["portal.edit", "portal.password"],
            scope: .nobody, credential: .session(2))
        try write("PATCH", "/portal/account", #"{"phone":"2"}"#, as: cat)
        try write("PUT", "/portal/password", #"{"old":"a secret","new":"another secret"}"#, as: cat)
    }

    private func running(_ subscriber: Int64) throws {
        let job = try id(
            try write("POST", "/subscribers/bulk", #"{"ids":[\#(subscriber)],"action":"suspend"}"#), "job_id")
        try write("POST", "/jobs/\(job)/cancel")
        try write("POST", "/jobs/\(job)/retry")
        try write("PATCH", "/schedules/nightly", #"{"is_active":false}"#)
        try write("POST", "/audit/verify", "{}")
        try write("POST", "/alarms/1/acknowledge", "{}")
    }

    private func webhooks() throws {
        let hook = try id(
            try write(
                "POST", "/webhooks", #"{"name":"h","url":"https://hooks.example/x","topics":["subscriber.changed"]}"#))
        try write("PATCH", "/webhooks/\(hook)", #"{"name":"i"}"#, of: "webhooks")
        try write("POST", "/webhooks/\(hook)/secret")
        let delivery = try id(try write("POST", "/webhooks/\(hook)/ping"), "delivery_id")
        try write("POST", "/webhooks/deliveries/\(delivery)/redeliver")
        try write("DELETE", "/webhooks/\(hook)")
    }

    private func plugins() throws {
        let all = try bench.call("GET", "/preferences", as: ann)
        try write("PATCH", "/preferences", #"{"radius_log_months":3}"#, version: all.version)
        try write("POST", "/plugins/vouchers/list", #"{"code":"a","value":1}"#)
        try write("DELETE", "/plugins/vouchers/list/a")
        let plugin = try bench.call("GET", "/plugins/vouchers", as: ann)
        try write("PATCH", "/plugins/vouchers", #"{"enabled":false}"#, version: plugin.version)
        try write("POST", "/plugins/vouchers/reload")
    }
}
