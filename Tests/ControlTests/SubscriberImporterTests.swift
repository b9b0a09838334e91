@testable import Control
import PluginAPI
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
            ("username,service\nann,old", 2, 2, "old"), ("username\n\"\"", 2, 1, "1 to 63"),
            ("username,static_ip\nann,192.0.2", 2, 2, "IPv4"), ("username,static_ip\nann,2001:db8::1", 2, 2, "IPv4"),
            ("username,mac\nann,02:00", 2, 2, "MAC"), ("username,expires\nann,soon", 2, 2, "soon"),
            ("username,active\nann,maybe", 2, 2, "neither on nor off"), ("username\nann\nbob\nann", 4, 1, "line 2"),
            ("username\nbob\ntaken", 3, 1, "already"), ("username,notes\nann,\"x", 2, 2, "never closed"),
            ("username,password,password_kind\nann,zz,nt", 2, 2, "nt"),
            ("username,password_kind,password\nann,rot13,zz", 2, 2, "rot13"),
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

    /// A field of the API, the import's column for it, and the most characters that it takes.
    private static let limits: [(String, String, Int)] = SubscriberFields.all.compactMap { field in
        guard let column = ["mac_address": "mac", "line_id": "line"][field.input.name] ?? field.input.name as String?,
            SubscriberImporter.columns.contains(column), case .text = field.input.kind.wrapped,
            case .length(let range)? = field.input.constraints.first
        else { return nil }
        return (field.input.name, column, range.upperBound)
    }

    @Test func `an import takes no longer texts than the API does`() throws {
        #expect(Self.limits.map(\.1) == ["username", "line", "full_name", "email", "phone", "notes"])
        for (name, column, most) in Self.limits {
            let header = column == "username" ? "username" : "username,\(column)"
            func row(_ length: Int) -> String {
                (column == "username" ? "" : "u-\(name),") + String(repeating: "x", count: length)
            }
            #expect(try run("\(header)\n\(row(most))", dryRun: true).faults.isEmpty, "\(name)")
            let faults = try run("\(header)\n\(row(most + 1))").faults
            #expect(faults.count == 1)
            #expect(faults.first?.message.contains("to \(most) characters, not \(most + 1)") == true, "\(faults)")
        }
        #expect(try run("username,notes\nann,a\u{0}b").faults.map(\.column) == [2])
        #expect(try run("username,password\nann,\(String(repeating: "x", count: 129))").faults.map(\.column) == [2])
        #expect(try count() == 1)
    }

    @Test(
        arguments: [
            ("static_ip", ["192.0.2.9", "192.0.2.10", "192.0.2.9"], "the address 192.0.2.9"),
            ("line", ["line 1", "line 2", "line 1"], "the line `line 1`"),
            (
                "passwordless,mac", ["on,0200.0000.000a", "on,02:00:00:00:00:0b", "yes,02-00-00-00-00-0A"],
                "02:00:00:00:00:0A"
            ),
            ("mac,passwordless", ["0200.0000.000a,1", "0200.0000.000a,0", "02-00-00-00-00-0A,1"], "02:00:00:00:00:0A"),
        ] as [(String, [String], String)])
    func `two rows with one address, line or login by MAC are told, both`(
        _ columns: String, _ values: [String], _ words: String
    ) throws {
        let rows = values.enumerated().map { "u\($0),\($1)" }.joined(separator: "\n")
        for dryRun in [true, false] {
            let faults = try run("username,\(columns)\n\(rows)", dryRun: dryRun).faults
            #expect(faults.map(\.line) == [4])
            #expect(faults.first?.column == (columns == "passwordless,mac" ? 3 : 2))
            #expect(faults.first?.message.contains(words) == true, "\(faults)")
            #expect(faults.first?.message.contains("line 2") == true, "\(faults)")
        }
        #expect(try count() == 1)
    }

    @Test func `a MAC that logs nobody in without a password may be many subscribers'`() throws {
        let text = "username,mac\nann,0200.0000.000a\nbob,0200.0000.000a"
        #expect(try run(text).faults.isEmpty)
    }

    @Test func `what a subscriber has already is told before anything is written`() throws {
        try connection.execute(
            """
            update subscribers set static_ip = '192.0.2.9', line_id = 'line 1', mac_address = '02:00:00:00:00:0a',
                                   passwordless = true;
            insert into address_ranges (range, unit_length, kind) values ('10.0.0.0/16', 24, 'static')
            """)
        let text = """
            username,static_ip,line,mac,passwordless
            ann,192.0.2.9,line 2,,
            bob,192.0.2.10,line 1,,
            cid,,,0200.0000.000a,on
            dan,10.0.1.1,,,

            """
        for dryRun in [true, false] {
            let faults = try run(text, dryRun: dryRun).faults
            #expect(faults.map { [$0.line, $0.column] } == [[2, 2], [3, 3], [4, 4], [5, 2]])
            #expect(faults.prefix(3).allSatisfy { $0.message.hasSuffix("already by subscriber taken") }, "\(faults)")
            #expect(faults.last?.message.contains("10.0.0.0/16, which gives out /24") == true, "\(faults)")
        }
        #expect(try count() == 1)
    }

    @Test func `a reseller is not told who has it, nor what address ranges the house has`() throws {
        try connection.execute(
            """
            update subscribers set line_id = 'line 1';
            insert into address_ranges (range, unit_length, kind) values ('10.0.0.0/16', 24, 'static');
            insert into resellers (id, name, path) values (1, 'west', '1/')
            """)
        let records = Records(connection, actor: Actor("operator:wes")) { plain, _ in plain }
        let importer = SubscriberImporter(records, scope: Scope(resellerID: 1, path: "1/")) { _ in nil }
        let text = "username,line,static_ip\nann,line 1,\nbob,,10.0.1.1"
        let faults = try importer.run(Array(text.utf8), dryRun: true).faults
        #expect(
            faults.map(\.message) == [
                "the line `line 1` is taken already",
                "the address 10.0.1.1 does not fit the address range that it lies in",
            ])
    }

    @Test func `what only the database can refuse leaves nothing behind`() throws {
        try connection.execute(
            """
            create function refuse() returns trigger language plpgsql as
                $$ begin raise exception 'not bob' using errcode = 'TK001'; end $$;
            create trigger refuse before insert on subscribers for each row when (new.username = 'bob')
                execute function refuse()
            """)
        #expect(throws: RecordRefusal.self) { try run("username\nann\nbob") }
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
