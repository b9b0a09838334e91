import AAA
import PluginAPI
import Store
import Support
import Testing
import Threads

@testable import Control

/// What one waits for while he holds something else.
@Suite struct LockOrderTests {
    private let desk: IdentityDesk
    private let cache = PrincipalCache { true }

    init() throws { desk = try IdentityDesk() }

    private struct Held: @unchecked Sendable {
        let connection: Connection
        let api: APIDesk
    }

    /// Until somebody waits for a lock of this kind.
    private func awaitWaiter(_ kind: String, _ connection: Connection) throws {
        while try connection.query("select 1 from pg_locks where not granted and locktype = $1", [.text(kind)]).isEmpty
        {}
    }

    @Test func `Who waits for the tree of resellers holds no row of it`() throws {
        let api = try APIDesk()
        try api.connection.execute("insert into resellers (id, name, path) values (1, 'north', '1/')")
        let (other, watch) = (try api.database.connect(), try api.database.connect())
        try other.execute("begin; select pg_advisory_xact_lock(4862001)")
        let held = Held(connection: other, api: api)
        let outcome = Locked("")
        let thread = WorkerThread("patch") {
            let text = held.api.refusal {
                try held.api.call(.patch, "/resellers/{id}", ["id": "1"], body: #"{"name":"far north"}"#, version: 1)
            }
            outcome.withLock { $0 = text }
        }
        try awaitWaiter("advisory", watch)
        #expect(throws: Never.self) { try other.query("select 1 from resellers where id = 1 for update nowait") }
        try other.execute("rollback")
        thread.join()
        #expect(outcome.withLock { $0 } == "taken")
    }

    @Test(arguments: [true, false])
    func `Who is looked up before his sessions or tokens have ended for good is not known after`(ofTokens: Bool) throws
    {
        let id = try desk.administrator()
        let principal = try desk.signIn("root").principal
        let (other, watch) = (try desk.database.connect(), try desk.database.connect())
        try other.execute("begin; lock table audit_log in exclusive mode")
        let ending = Ending(identity: Identity(try desk.database.connect(), box: IdentityDesk.box, cache: cache))
        let thread = WorkerThread("end") {
            if ofTokens {
                try? ending.identity.endTokens(of: id, "root", Actor("test"))
            } else {
                try? ending.identity.endSessions(of: .operator, id, "root", Actor("test"))
            }
        }
        try awaitWaiter("relation", watch)
        // As a request does that comes now.
        cache.keep(principal, for: [1], until: .max, now: 0, cache.ticket())
        #expect(cache.count == 1)
        try other.execute("rollback")
        thread.join()
        #expect(cache.count == 0)
    }

    private struct Ending: @unchecked Sendable {
        let identity: Identity
    }
}
