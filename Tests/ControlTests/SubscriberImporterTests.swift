import Control
import Store
import Support
import Testing

@Suite struct SubscriberImporterTests {
    private let connection: Connection

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute(
            """
            insert into services (id, name) values (1, 'gold'), (2, 'old');
            update services set archived_at = now() where id = 2;
            insert into subscribers (username) values ('taken')
            """)
    }

    private func run(_ text: String, dryRun: Bool = false) throws -> SubscriberImporter.Outcome {
        try run(Array(text.utf8), dryRun: dryRun)
    }

    private func run(_ bytes: [UInt8], dryRun: Bool = false) throws -> SubscriberImporter.Outcome {
        let records = Records(connection, actor: Actor("os:test", source: "command line")) { plain, place in
            Array("\(place):".utf8) + plain
        }
        let importer = SubscriberImporter(records) { $0 == "2026-12-31" ? 1_798_675_200 : nil }
        return try importer.run(bytes, dryRun: dryRun)
    }

    private func count() throws -> Int { try connection.query("select count(*) from subscribers")[0].int(0) }

    @Test func `rows become subscribers with sealed passwords, and one line of the audit log`() throws {
        let outcome = try run(
            """
            Username,Password,Service,Static_IP,MAC,Line,Passwordless,Expires,Active,Full_Name
            ann,secret,gold,192.0.2.9,0200.0000.000a,line 1,on,2026-12-31,no,"Ann, A."
            bob,,,,,,,,,

            """)
        #expect(outcome.faults.isEmpty)
        #expect(outcome.rows == 2)
        let rows = try connection.query(
            """
            select id, username, password_sealed, service_id, host(static_ip), mac_address::text, line_id, passwordless,
                   expiry_date, is_active, full_name from subscribers where username <> 'taken' order by username
            """)
        let ann = rows[0]
        #expect(ann.bytes(2) == Array("subscribers/\(ann.int(0))/password:secret".utf8))
        #expect(ann.int(3) == 1)
        #expect((4...6).map { ann.text($0) } == ["192.0.2.9", "02:00:00:00:00:0a", "line 1"])
        #expect(ann.bool(7) && !ann.bool(9))
        #expect(ann.timestamp(8) == 1_798_675_200_000_000)
        #expect(ann.text(10) == "Ann, A.")
        let bob = rows[1]
        #expect(bob.isNull(2) && bob.isNull(3) && bob.isNull(8))
        #expect(!bob.bool(7) && bob.bool(9))
        let audit = try connection.query("select actor, action, object_name from audit_log")
        #expect(audit.map { $0.text(2) } == ["2 subscribers"])
    }

    @Test(
        arguments: [
            ("", 1, 1, "empty"), ("user\nann", 1, 1, "no column `user`"), ("password\nx", 1, 1, "no column `username`"),
            ("username,notes,notes\nann,a,b", 1, 3, "twice"), ("username,notes\nann", 2, 1, "1 fields"),
            ("username,notes\nann,a,b", 2, 3, "3 fields"), ("username,service\nann,silver", 2, 2, "silver"),
            ("username,service\nann,old", 2, 2, "old"), ("username\n\"\"", 2, 1, "1 to 253"),
            ("username,static_ip\nann,192.0.2", 2, 2, "IPv4"), ("username,static_ip\nann,2001:db8::1", 2, 2, "IPv4"),
            ("username,mac\nann,02:00", 2, 2, "MAC"), ("username,expires\nann,soon", 2, 2, "soon"),
            ("username,active\nann,maybe", 2, 2, "neither on nor off"), ("username\nann\nbob\nann", 4, 1, "line 2"),
            ("username\nbob\ntaken", 3, 1, "already"), ("username,notes\nann,\"x", 2, 2, "never closed"),
            ("username,password,password_kind\nann,zz,nt", 2, 2, "nt"),
            ("username,password_kind,password\nann,rot13,zz", 2, 3, "rot13"),
        ] as [(String, Int, Int, String)])
    func `a fault is told by line and column, and nothing is written`(
        _ text: String, _ line: Int, _ column: Int, _ words: String
    ) throws {
        let outcome = try run(text)
        let fault = try #require(outcome.faults.first)
        #expect(outcome.faults.count == 1)
        #expect([fault.line, fault.column] == [line, column])
        #expect(fault.message.contains(words), "\(fault)")
        #expect(try count() == 1)
    }

    @Test func `all faults are told at once, up to fifty, the rest counted`() throws {
        let bad = (0..<60).map { "u\($0),silver" }.joined(separator: "\n")
        let outcome = try run("username,service\nann,gold\n\(bad)")
        #expect(outcome.faults.count == 50)
        #expect(outcome.moreFaults == 10)
        #expect(outcome.faults.first?.line == 3)
        #expect(try count() == 1)
    }

    @Test func `a dry run checks everything and writes nothing`() throws {
        let outcome = try run("username,service\nann,gold", dryRun: true)
        #expect(outcome.rows == 1)
        #expect(outcome.faults.isEmpty)
        #expect(try run("username\ntaken", dryRun: true).faults.count == 1)
        #expect(try count() == 1)
    }

    @Test func `what only the database can refuse leaves nothing behind`() throws {
        #expect(throws: RecordRefusal.self) { try run("username,line\nann,line 1\nbob,line 1") }
        #expect(try count() == 1)
        #expect(!connection.inTransaction)
        #expect(try run("username\nann").faults.isEmpty)
    }

    @Test func `five thousand rows go in as one`() throws {
        let rows = (0..<5000).map { "user\($0),secret\($0),gold" }.joined(separator: "\n")
        #expect(try run("username,password,service\n\(rows)").rows == 5000)
        #expect(try count() == 5001)
    }
}
