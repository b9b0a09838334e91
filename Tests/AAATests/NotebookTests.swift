@testable import AAA
import PluginAPI
import Store
import Support
import Testing

@Suite struct NotebookTests {
    private let connection: Connection
    private let counters = Counters()
    private let notebook: Notebook

    init() throws {
        connection = try TestDatabase().connect()
        notebook = Notebook(counters: counters)
    }

    private func write() throws { try NotebookWriter(connection).write(notebook.turn()) }

    private func count(_ table: String) throws -> Int {
        try connection.query("select count(*) from \(table)")[0].int(0)
    }

    @Test func `an unknown source has one row with its count, first and last time`() throws {
        for second in 0..<3 as Range<Int64> {
            notebook.unknownSource(nasAddress, identifier: second == 1 ? "bng" : nil, code: 1, at: noon + second)
        }
        try write()
        notebook.unknownSource(nasAddress, identifier: nil, code: 4, at: noon + 60)
        try write()
        let row = try connection.query(
            "select host(source), packets, first_seen, last_seen, nas_identifier, last_code from nas_unknown")[0]
        #expect(row.text(0) == "192.0.2.1")
        #expect(row.int(1) == 4)
        #expect(row.timestamp(2) == noon * 1_000_000)
        #expect(row.timestamp(3) == (noon + 60) * 1_000_000)
        #expect(row.text(4) == "bng")
        #expect(row.int(5) == 4)
    }

    @Test func `unknown sources keep 10,000 rows, the longest silent go and are counted by network`() throws {
        for number in 0..<10_500 as Range<UInt32> {
            notebook.unknownSource(
                IPAddress(ipv4: 0x0A00_0000 + number), identifier: nil, code: 1, at: noon + Int64(number))
        }
        let page = notebook.turn()
        #expect(page.unknown.count == 10_000)
        #expect(page.unknownOverflow.values.reduce(0, +) == 500)
        try NotebookWriter(connection).write(page)
        for number in 0..<20 as Range<UInt32> {
            notebook.unknownSource(IPAddress(ipv4: 0xC633_6400 + number), identifier: nil, code: 1, at: noon + 20_000)
        }
        try write()
        #expect(try count("nas_unknown") == 10_000)
        #expect(try connection.query("select host(min(source)) from nas_unknown")[0].text(0) == "10.0.0.20")
        let (sources, packets) = try {
            let row = try connection.query(
                "select sum(sources)::bigint, sum(packets)::bigint from nas_unknown_prefixes")[0]
            return (row.int(0), row.int(1))
        }()
        #expect(sources == 20)
        #expect(packets == 520)
    }

    @Test func `IPv6 sources are counted by their /48`() throws {
        for number in 0..<10_001 as Range<UInt64> {
            notebook.unknownSource(
                IPAddress(high: 0x2001_0DB8_0001_0000, low: number), identifier: nil, code: 1, at: noon)
        }
        try write()
        #expect(try connection.query("select prefix::text from nas_unknown_prefixes")[0].text(0) == "2001:db8:1::/48")
    }

    @Test func `the first learned MAC binds, a later one and an unwanted one change nothing`() throws {
        try connection.execute(
            """
            insert into subscribers (id, username, mac_binding) values (1, 'ann', 'learn'), (2, 'bob', 'off')
            """)
        notebook.learned(macA, subscriber: 1)
        notebook.learned(macA, subscriber: 2)
        try write()
        notebook.learned(macB, subscriber: 1)
        try write()
        let rows = try connection.query("select mac_address::text, mac_binding from subscribers order by id")
        #expect(rows.map { $0.optionalText(0) } == [macA.description.lowercased(), nil])
        #expect(rows.map { $0.text(1) } == ["bound", "off"])
    }

    @Test func `a latch is written once, and only where it is left to us`() throws {
        try connection.execute(
            """
            insert into nas_devices (id, name, ip, message_authenticator) values
              (1, 'a', '192.0.2.1', 'auto'), (2, 'b', '192.0.2.2', 'off')
            """)
        notebook.latched(nas: 1)
        notebook.latched(nas: 2)
        try write()
        let read = { try self.connection.query("select message_authenticator_latched_at from nas_devices order by id") }
        let first = try read().map { $0.optionalTimestamp(0) }
        #expect(first[0] != nil)
        #expect(first[1] == nil)
        notebook.latched(nas: 1)
        try write()
        #expect(try read().map { $0.optionalTimestamp(0) } == first)
    }

    @Test func `an alarm is one open row however often it is raised`() throws {
        for number in 0..<3 {
            notebook.alarm(kind: .latchedMessageAuthenticator, subject: "bng", message: "number \(number)")
            try write()
        }
        #expect(try count("alarms") == 1)
        let row = try connection.query("select message, times from alarms")[0]
        #expect(row.text(0) == "number 2")
        #expect(row.int(1) == 3)
        notebook.cleared(kind: .latchedMessageAuthenticator, subject: "other")
        notebook.cleared(kind: .latchedMessageAuthenticator, subject: "bng")
        try write()
        #expect(try count("alarms where cleared_at is null") == 0)
        notebook.alarm(kind: .latchedMessageAuthenticator, subject: "bng", message: "again")
        try write()
        #expect(try count("alarms") == 2)
    }

    @Test func `of an alarm raised and cleared between two writes the last word counts`() throws {
        notebook.alarm(kind: .latchedMessageAuthenticator, subject: "bng", message: "raised")
        notebook.cleared(kind: .latchedMessageAuthenticator, subject: "bng")
        try write()
        #expect(try count("alarms") == 0)
        notebook.cleared(kind: .latchedMessageAuthenticator, subject: "bng")
        notebook.alarm(kind: .latchedMessageAuthenticator, subject: "bng", message: "raised")
        try write()
        #expect(try count("alarms where cleared_at is null") == 1)
    }

    @Test func `a page that was not written is kept under the next one`() throws {
        notebook.alarm(kind: .latchedMessageAuthenticator, subject: "bng", message: "first")
        notebook.alarm(kind: .latchedMessageAuthenticator, subject: "core", message: "first")
        notebook.learned(macA, subscriber: 1)
        notebook.unknownSource(nasAddress, identifier: "bng", code: 1, at: noon)
        let page = notebook.turn()
        notebook.alarm(kind: .latchedMessageAuthenticator, subject: "bng", message: "second")
        notebook.learned(macB, subscriber: 1)
        notebook.unknownSource(nasAddress, identifier: nil, code: 4, at: noon + 9)
        notebook.putBack(page)
        let both = notebook.turn()
        #expect(both.alarms.values.compactMap { $0 }.sorted() == ["first", "second"])
        #expect(both.macs == [1: macB])
        let source = both.unknown[nasAddress]
        #expect(source?.packets == 2)
        #expect(source?.first == noon)
        #expect(source?.last == noon + 9)
        #expect(source?.identifier == "bng")
    }

    @Test func `a router's last packet is noted now and then, and never set back`() throws {
        try connection.execute("insert into nas_devices (id, name, ip) values (1, 'a', '192.0.2.1')")
        let seen = { try self.connection.query("select last_seen from nas_devices")[0].timestamp(0) / 1_000_000 - noon }
        for (at, expected) in [(0, 0), (9, 0), (11, 11), (5, 11)] as [(Int64, Int64)] {
            var page = notebook.turn()
            page.heard[1] = noon + at
            try NotebookWriter(connection).write(page)
            #expect(try seen() == expected)
        }
    }

    @Test func `an empty page writes nothing`() throws {
        #expect(notebook.turn().isEmpty)
        try write()
    }
}
