import HTTP
import Store
import Support
import Testing

@testable import Control

/// More rows than are counted: totals are estimates, and an order that no index gives is refused.
@Suite struct ListTotalTests {
    private let connection: Connection

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute(
            """
            SET session_replication_role = replica;
            INSERT INTO subscribers (username, full_name, is_active, service_id, phone)
              SELECT 'u' || n, CASE WHEN n % 2 = 0 THEN '=cmd()' ELSE 'a "quoted", name' END, n % 50 > 0, 1, '+44'
                FROM generate_series(1, 10500) n;
            SET session_replication_role = origin;
            ANALYZE subscribers;
            """)
    }

    private func page(_ pairs: [(name: String, value: String)]) throws -> ListPage {
        let reader = try ListReader(connection, .house, permissions: [])
        return try reader.page(.subscribers, try reader.query(.subscribers, pairs))
    }

    @Test func `an order that is not declared is refused above 10,000 matches, and given below`() throws {
        let refusal = #expect(throws: Problem.self) { try page([("online", "false"), ("sort", "username")]) }
        #expect(refusal?.code == "too_many_matches")
        let fewer = try page([("online", "false"), ("is_active", "false"), ("sort", "-username")])
        #expect(fewer.total == 210)
        #expect(fewer.isTotalExact)
        #expect(fewer.items.first?.member("username") == "u9950")
    }

    @Test func `a total is exact up to 10,000 and an estimate beyond`() throws {
        let whole = try page([])
        #expect(!whole.isTotalExact)
        #expect((9000...12_000).contains(whole.total))
        #expect(try page([("is_active", "true"), ("expiry_from", "2020-01-01")]).items.count == 50)
    }

    @Test func `CSV is RFC 4180, streamed, and runs nothing in a spreadsheet`() throws {
        let reader = try ListReader(connection, .house, permissions: [])
        let query = try reader.query(.subscribers, [("fields", "username,full_name,phone,is_active"), ("sort", "id")])
        var pieces: [[UInt8]] = []
        let count = try reader.csv(.subscribers, query) { piece in
            pieces.append(piece)
            return true
        }
        #expect(count == 10_500)
        #expect(pieces.count > 3)
        #expect(pieces.allSatisfy { $0.count < 100_000 })
        let lines = String(decoding: pieces.joined(), as: UTF8.self).split(separator: "\r\n")
        #expect(lines[0] == "username,full_name,phone,is_active")
        #expect(lines[1] == "u1,\"a \"\"quoted\"\", name\",'+44,true")
        #expect(lines[2] == "u2,'=cmd(),'+44,true")
        #expect(lines.count == 10_501)
    }

    @Test func `an export that nobody takes any more ends, and the connection goes on`() throws {
        let reader = try ListReader(connection, .house, permissions: [])
        let count = try reader.csv(.subscribers, try reader.query(.subscribers, [])) { _ in false }
        #expect(count == nil)
        #expect(try page([("size", "1")]).items.count == 1)
    }
}
