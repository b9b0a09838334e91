import AAA
import Control
import Dispatch
import Store
import Support
import Testing

/// Two at the same moment, and two nodes.
@Suite struct IdentityRaceTests {
    private let desk: IdentityDesk

    init() throws { desk = try IdentityDesk() }

    @Test func `Guesses at the same moment are all counted: no more are checked than one after the other`() throws {
        try desk.administrator()
        let codes = try desk.together(12) { identity, index in
            _ = try identity.signIn(operator: "root", password: "wrong", from: Origin(address: "192.0.2.\(index)"))
        }
        #expect(codes.filter { $0 == "wrong_credentials" }.count == 5)
        #expect(codes.filter { $0 == "locked" }.count == 7)
    }

    @Test func `A recovery code that is used twice at the same moment lets in once`() throws {
        try desk.administrator()
        let principal = try desk.signIn("root").principal
        _ = try desk.identity.enrolSecondFactor(principal, Actor("operator:root"))
        let row = try desk.connection.query("select id, totp_sealed from operators where totp_sealed is not null")[0]
        let secret = try IdentityDesk.box.open(row.bytes(1), "operators/\(row.int(0))/totp")
        let code = TOTP.code(secret, counter: UInt64(desk.now / 30_000_000))
        let recovery = try desk.identity.confirmSecondFactor(principal, code: code, Actor("operator:root"))[0]
        desk.pass(seconds: 30)
        let next = TOTP.code(secret, counter: UInt64(desk.now / 30_000_000))
        for code in [recovery, next] {
            try desk.connection.execute("delete from login_attempts")
            let codes = try desk.together(4) { identity, _ in
                _ = try identity.signIn(
                    operator: "root", password: IdentityDesk.password, code: code, from: Origin(address: "192.0.2.1"))
            }
            #expect(codes.filter { $0 == nil }.count == 1)
            #expect(codes.filter { $0 == "second_factor_wrong" }.count == 3)
        }
    }

    @Test func `Two administrators who switch each other off at the same moment: one stays`() throws {
        let ids = [try desk.administrator(), try desk.add("second", [try desk.role(.administrator)])]
        let codes = try desk.together(2) { identity, index in
            try identity.changeOperator(
                ids[index], OperatorChange(isActive: false), by: .commandLine(Actor("os:test")))
        }
        #expect(Set(codes) == [nil, "last_administrator"])
    }

    @Test func `What one node revokes, another forgets as the feed tells it`() throws {
        let id = try desk.administrator()
        let told = DispatchSemaphore(value: 0)
        let watch = try PrincipalWatch(desk.database.settings, changed: { told.signal() }, log: { _ in })
        defer { watch.stop() }
        let other = Identity(try desk.database.connect(), box: IdentityDesk.box, cache: watch.cache)
        // By the system's clock, which the sessions here have to fit.
        let here = Identity(desk.connection, box: IdentityDesk.box)
        let signed = try here.signIn(operator: "root", password: IdentityDesk.password, from: desk.origin)
        #expect(try other.principal(session: signed.token) != nil)
        #expect(watch.cache.count == 1)
        try here.revokeSessions(of: .operator, id)
        #expect(told.wait(timeout: .now() + .seconds(20)) == .success)
        #expect(watch.cache.count == 0)
        #expect(try other.principal(session: signed.token) == nil)
    }

    @Test func `Operators from before there were roles are administrators`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        let all = try Migrator(folder: TestDatabase.migrationsFolder)
        let folder = ScratchFolder()
        for migration in all.migrations where migration.name < "0012" {
            folder.write(migration.sql, to: migration.name)
        }
        try Migrator(folder: folder.path).migrate(connection)
        try connection.execute("insert into operators (username, password_scrypt) values ('admin', 'none')")
        try all.migrate(connection)
        let roles = try connection.query(
            """
            select o.username || ' ' || r.builtin from operators o join operator_roles j on j.operator_id = o.id
              join roles r on r.id = j.role_id
            """)
        #expect(roles.map { $0.text(0) } == ["admin administrator"])
    }
}
