import AAA
import Control
import Store
import Support
import Synchronization
import Threads

/// An identity on a database of its own, with a clock that a test sets.
final class IdentityDesk: Sendable {
    let database: TestDatabase
    let connection: Connection
    let identity: Identity
    private let time: Time
    private let rules: IdentityRules

    final class Time: Sendable {
        /// 2026-11-21 12:00 UTC, in microseconds.
        let now = Atomic<Int64>(1_795_262_400_000_000)
    }

    static let box = SecretBox(
        seal: { plain, place in Array(place.utf8) + [0] + plain },
        open: { sealed, place in
            let head = Array(place.utf8) + [0]
            guard sealed.starts(with: head) else { throw RecordRefusal("sealed for another place") }
            return Array(sealed.dropFirst(head.count))
        })
    static let password = "four words far apart"
    /// Scrypt is slow on purpose; here are many sign-ins.
    private static let cost = 4
    private static let hash = Scrypt.hash(password, cost: cost)

    init(cache: PrincipalCache? = nil) throws {
        database = try TestDatabase()
        connection = try database.connect()
        let time = Time()
        self.time = time
        var rules = IdentityRules()
        rules.passwordCost = IdentityDesk.cost
        self.rules = rules
        identity = Identity(
            connection, box: IdentityDesk.box, rules: rules, cache: cache, clock: { time.now.load(ordering: .relaxed) })
        try connection.execute("select setval(pg_get_serial_sequence('resellers', 'id'), 1)")
        for (id, name, parent, path) in [
            (1, "north", nil, "1/"), (2, "north-west", 1, "1/2/"), (3, "south", nil, "3/"),
        ] as [(Int, String, Int?, String)] {
            try connection.query(
                "insert into resellers (id, name, parent_id, path) values ($1, $2, $3, $4)",
                [.int(id), .text(name), Parameter(parent), .text(path)])
        }
        try connection.execute("select setval(pg_get_serial_sequence('resellers', 'id'), 100)")
    }

    var now: Int64 { time.now.load(ordering: .relaxed) }

    /// As another node or thread has it, on a connection of its own.
    func another() throws -> Identity {
        Identity(
            try database.connect(), box: IdentityDesk.box, rules: rules,
            clock: { [time] in time.now.load(ordering: .relaxed) })
    }

    /// What came of it when so many did it at the same moment, each on its own connection.
    func together(_ count: Int, _ body: @escaping @Sendable (Identity, Int) throws -> Void) throws -> [String?] {
        let codes = Locked<[String?]>([])
        let identities = try (0..<count).map { _ in Box(try another()) }
        let threads = identities.enumerated().map { index, box in
            WorkerThread("at once") {
                let code = refusalCode { try body(box.identity, index) }
                codes.withLock { $0.append(code) }
            }
        }
        for thread in threads { thread.join() }
        return codes.withLock { $0 }
    }

    private struct Box: @unchecked Sendable {
        let identity: Identity
        init(_ identity: Identity) { self.identity = identity }
    }

    func pass(seconds: Int64) { time.now.wrappingAdd(seconds * 1_000_000, ordering: .relaxed) }

    func role(_ builtin: BuiltInRole) throws -> Int64 {
        Int64(try connection.query("select id from roles where builtin = $1", [.text(builtin.rawValue)])[0].int(0))
    }

    /// A role of exactly these permissions, of the house or a reseller.
    func role(_ name: String, _ permissions: [String], reseller: Int64? = nil) throws -> Int64 {
        try identity.addRole(name, permissions: Set(permissions), resellerID: reseller, by: root)
    }

    /// An operator with `password`, whom nobody makes change it.
    @discardableResult
    func add(_ name: String, _ roles: [Int64], reseller: Int64? = nil) throws -> Int64 {
        let rows = try connection.query(
            """
            insert into operators (username, password_scrypt, must_change, reseller_id) values ($1, $2, false, $3)
            returning id
            """, [.text(name), .text(IdentityDesk.hash), Parameter(reseller)])
        let id = Int64(rows[0].int(0))
        for role in roles {
            try connection.query(
                "insert into operator_roles (operator_id, role_id) values ($1, $2)", [.int(id), .int(role)])
        }
        return id
    }

    @discardableResult
    func administrator() throws -> Int64 { try add("root", [try role(.administrator)]) }

    let root = Authority.commandLine(Actor("os:test"))
    let origin = Origin(address: "192.0.2.7", userAgent: "test")

    func signIn(_ name: String) throws -> SignedIn {
        try identity.signIn(operator: name, password: IdentityDesk.password, from: origin)
    }

    func authority(_ name: String) throws -> Authority {
        let principal = try signIn(name).principal
        return Authority(principal, principal.actor(source: "192.0.2.7"))
    }

    func subscriber(_ name: String, _ password: String, kind: String = "cleartext") throws -> Int64 {
        let id = Int64(
            try connection.query("insert into subscribers (username) values ($1) returning id", [.text(name)])[0].int(0)
        )
        let kept = try SubscriberPassword(password, kind: kind)
        try connection.query(
            "update subscribers set password_sealed = $2, password_kind = $3 where id = $1",
            [
                .int(id), .bytes(try IdentityDesk.box.seal(kept.bytes, "subscribers/\(id)/password")), .text(kind),
            ])
        return id
    }

    /// Actions of the audit log about an object, the oldest first.
    func audited(_ kind: String) throws -> [String] {
        try connection.query("select action from audit_log where object_kind = $1 order by id", [.text(kind)])
            .map { $0.text(0) }
    }
}

/// The code of what was refused; nil when it was done.
func refusalCode(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let refusal as RecordRefusal {
        return refusal.code
    } catch let refusal as IdentityRefusal {
        return refusal.code
    } catch {
        return "\(error)"
    }
}
