import PluginAPI
import Support
import Testing

@testable import Store

/// Rows that stream from the server in binary.
@Suite struct CopyOutTests {
    private func row(_ bytes: [UInt8], _ body: (inout CopyRow) throws -> Void) throws {
        try bytes.withUnsafeBytes {
            var row = CopyRow($0)
            try body(&row)
        }
    }

    @Test(
        arguments: [[], [0], [0, 1], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 4, 1, 2, 3], [0, 1, 127, 255, 255, 255]]
            as [[UInt8]])
    func `a row that is cut short is refused`(bytes: [UInt8]) throws {
        try row(bytes) { row in
            #expect(throws: StoreError.self) {
                _ = try row.begin()
                _ = try row.next()
            }
        }
    }

    @Test func `a stream that does not begin like one is refused`() {
        let start: [UInt8] = [80, 71, 67, 79, 80, 89, 10, 255, 13, 10, 0, 0, 0, 0, 0]
        for bytes in [[], [1, 2, 3], start, start + [0, 0, 0, 9, 1], start + [255, 255, 255, 255]] as [[UInt8]] {
            bytes.withUnsafeBytes { bytes in
                _ = #expect(throws: StoreError.self) { try CopyRow(beginning: bytes) }
            }
        }
    }

    @Test func `every type that is read comes as it is in the table`() throws {
        let connection = try TestDatabase().connect()
        let sql = """
            select 1::int2, -2::int4, 9223372036854775807, true, 'text', '\\x00ff'::bytea, null::text,
                   '2000-01-01T00:00:01Z'::timestamptz, 'infinity'::timestamptz, '192.0.2.1'::inet, '2001:db8::/32'::cidr,
                   '02:00:00:00:00:0a'::macaddr
            """
        let count = try connection.copyOut(sql) { row in
            let numbers = [try row.int(), try row.int(), try row.int()]
            #expect(numbers == [1, -2, .max])
            let (flag, text, bytes) = (try row.bool(), try row.text(), Array(try row.bytes()))
            #expect(flag && text == "text" && bytes == [0, 255])
            let (none, times) = (try row.optionalText(), [try row.timestamp(), try row.timestamp()])
            #expect(none == nil && times == [946_684_801_000_000, Timestamp.infinity])
            let prefixes = [try row.optionalPrefix(), try row.optionalPrefix()]
            #expect(prefixes == [IPPrefix("192.0.2.1/32"), IPPrefix("2001:db8::/32")])
            let mac = try row.optionalMAC()
            #expect(mac == MACAddress("02:00:00:00:00:0a"))
            _ = #expect(throws: StoreError.self) { try row.next() }
        }
        #expect(count == 1)
    }

    @Test func `many rows come in order, none is none, and the connection is free afterwards`() throws {
        let connection = try TestDatabase().connect()
        var sum: Int64 = 0
        let count = try connection.copyOut("select n from generate_series(1, 50000) n") { sum += try $0.int() }
        #expect(count == 50000 && sum == 1_250_025_000)
        #expect(try connection.copyOut("select 1 where false") { _ in } == 0)
        #expect(try connection.query("select 1")[0].int(0) == 1)
    }

    @Test func `who throws in the middle reads no further, and the connection is free afterwards`() throws {
        let connection = try TestDatabase().connect()
        var seen = 0
        #expect(throws: CancellationError.self) {
            try connection.copyOut("select n from generate_series(1, 5000000) n") { _ in
                seen += 1
                if seen == 10 { throw CancellationError() }
            }
        }
        #expect(seen == 10)
        #expect(try connection.query("select 1")[0].int(0) == 1)
    }

    @Test func `an error of the server in the middle is thrown after the rows before it`() throws {
        let connection = try TestDatabase().connect()
        var seen = 0
        let error = #expect(throws: StoreError.self) {
            try connection.copyOut("select 1 / (30000 - n) from generate_series(1, 50000) n") { _ in seen += 1 }
        }
        #expect(error?.sqlState == "22012")
        #expect(seen == 29999)
        #expect(throws: StoreError.self) { try connection.copyOut("select nothing") { _ in } }
        #expect(try connection.query("select 1")[0].int(0) == 1)
    }
}
