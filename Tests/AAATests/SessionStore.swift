@testable import AAA
import PluginAPI
import Store
import Support

/// A database of sessions with the writer on it.
struct SessionStore {
    let database: TestDatabase
    let connection: Connection
    let writer: AccountingWriter

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        writer = AccountingWriter(connection, node: "node")
    }

    /// Writes the records of one session, each in a batch of its own.
    func write(_ records: [AccountingRecord], key: SessionKey = makeKey(1)) throws {
        for record in records { try writer.write([SessionChange(key: key, record: record)], seq: 0) }
    }

    /// The row of a session; there is exactly one or the test fails by an error.
    func session(_ key: SessionKey = makeKey(1)) throws -> SessionRow {
        let rows = try connection.query("select * from sessions_live where session_key = $1", [.bytes(key.bytes)])
        guard rows.count == 1, let row = rows.first else { throw StoreError(.other, "\(rows.count) rows") }
        return SessionRow(row)
    }

    func count() throws -> Int { try connection.query("select count(*) from sessions_live")[0].int(0) }
}

/// What the tests look at.
struct SessionRow: Hashable, CustomStringConvertible {
    var state: String
    var username: String
    var input: UInt64
    var output: UInt64
    var seconds: Int
    /// Seconds after noon.
    var started: Int64
    var updated: Int64
    var stopped: Int64?
    var wraps: Int
    var resets: Int
    var cause: String?
    var isSuspect: Bool
    var framedIP: String?
    var packets: Int

    init(_ row: Row) {
        state = row.text("state")
        username = row.text("username")
        input = UInt64(row.int("input_octets"))
        output = UInt64(row.int("output_octets"))
        seconds = row.int("session_seconds")
        started = row.timestamp("started_at") / 1_000_000 - noon
        updated = row.timestamp("updated_at") / 1_000_000 - noon
        stopped = row.optionalTimestamp("stopped_at").map { $0 / 1_000_000 - noon }
        wraps = row.int("counter_wraps")
        resets = row.int("counter_resets")
        cause = row.optionalText("terminate_cause")
        isSuspect = !row.isNull("suspect_since")
        framedIP = row.optionalText("framed_ip")
        packets = row.int("input_packets") + row.int("output_packets")
    }

    var description: String {
        "\(state) \(username) in \(input) out \(output) \(seconds) s, \(started)…\(updated)…\(stopped ?? -1), "
            + "wraps \(wraps) resets \(resets) \(cause ?? "-") \(isSuspect) \(framedIP ?? "-") \(packets)"
    }
}
