import HTTP
import PluginAPI
import Store
import Support
import Testing

@testable import Control

@Suite struct AddressLookupTests {
    private let connection: Connection

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute(
            """
            INSERT INTO resellers (id, name, path) VALUES (1, 'North', '1/');
            INSERT INTO sessions_closed (session_key, username, framed_ip, framed_ipv6_prefix, delegated_ipv6_prefix,
                framed_ipv6_address, nat_address, nat_port_from, nat_port_to, started_at, stopped_at, state, reseller_path) VALUES
              (decode(md5('1'), 'hex'), 'monday', '100.64.0.1', '2001:db8:1::/64', '2001:db8:100::/56', NULL,
               '203.0.113.9', 1000, 1999, '2026-06-01 00:00Z', '2026-06-01 12:00Z', 'closed', ''),
              (decode(md5('2'), 'hex'), 'evening', '100.64.0.1', NULL, NULL, '2001:db8:2::5',
               '203.0.113.9', 2000, 2999, '2026-06-01 13:00Z', '2026-07-02 00:00Z', 'closed', '1/');
            INSERT INTO sessions_live (session_key, username, framed_ip, delegated_ipv6_prefix, started_at, state) VALUES
              (decode(md5('3'), 'hex'), 'now', '100.64.0.2', '2001:db8:100::/56', '2026-08-01 00:00Z', 'live');
            """)
    }

    private func names(_ text: String, _ at: String, port: Int? = nil, scope: Scope = .house) throws -> Set<String> {
        let network = try #require(IPPrefix(text))
        let time = try #require(ListTime.parse(at))
        let lookup = AddressLookup(try ListReader(connection, scope, permissions: []))
        return Set(try lookup.sessions(network, at: time, port: port).compactMap { $0.member("username") })
    }

    @Test(arguments: [
        ("100.64.0.1", "2026-06-01T06:00:00Z", ["monday"]), ("100.64.0.1", "2026-06-01T12:30:00Z", []),
        ("100.64.0.1", "2026-06-15", ["evening"]), ("100.64.0.1", "2026-05-31", []), ("100.64.0.3", "2026-06-15", []),
        ("100.64.0.0/24", "2026-06-15", ["evening"]), ("100.64.0.2", "2026-11-01", ["now"]),
        ("2001:db8:1::77", "2026-06-01T06:00:00Z", ["monday"]), ("2001:db8:1:1::1", "2026-06-01T06:00:00Z", []),
        ("2001:db8:100:ff::1", "2026-06-01T06:00:00Z", ["monday"]), ("2001:db8:100:100::1", "2026-06-01T06:00:00Z", []),
        ("2001:db8:100::/60", "2026-06-01T06:00:00Z", ["monday"]),
        ("2001:db8::/32", "2026-06-01T06:00:00Z", ["monday"]),
        ("2001:db8:2::5", "2026-06-15", ["evening"]), ("2001:db8:2::/48", "2026-06-15", ["evening"]),
        ("2001:db8:100:1::/64", "2026-09-01", ["now"]), ("203.0.113.9", "2026-06-01T06:00:00Z", ["monday"]),
    ])
    func `who had an address, or a prefix around it, at that time`(_ address: String, _ at: String, _ who: [String])
        throws
    {
        #expect(try names(address, at) == Set(who))
    }

    @Test func `behind NAT the port tells who`() throws {
        #expect(try names("203.0.113.9", "2026-06-15", port: 2500) == ["evening"])
        #expect(try names("203.0.113.9", "2026-06-15", port: 1500) == [])
    }

    @Test func `a reseller finds his own alone`() throws {
        let north = Scope(resellerID: 1, path: "1/")
        #expect(try names("100.64.0.1", "2026-06-15", scope: north) == ["evening"])
        #expect(try names("100.64.0.1", "2026-06-01T06:00:00Z", scope: north) == [])
    }
}
