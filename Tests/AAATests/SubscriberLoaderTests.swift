import Dictionary
import Glibc
import PluginAPI
import RADIUS
import Store
import Support
import Testing

@testable import AAA

/// Subscribers as the streamed reader brings them, beside a reader that takes the same rows one by one as text.
@Suite struct SubscriberLoaderTests {
    private let connection: Connection
    /// "Sealed" by a prefix that names the place.
    private let vault = SecretVault { sealed, place in
        let prefix = Array("\(place):".utf8)
        guard sealed.starts(with: prefix) else { throw RuleProblem("it was sealed for another place") }
        return Array(sealed.dropFirst(prefix.count))
    }

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute(
            """
            insert into services (id, name) values (1, 'gold');
            insert into subscribers (id, username, expiry_date, mac_binding, mac_address, line_id, passwordless,
                                     session_limit, is_active, tier_position, service_id, password_kind, password_sealed)
              values (1, 'plain', null, 'off', null, null, false, null, true, 0, 1, 'cleartext', 'subscribers/1/password:pw'),
                     (2, 'never', 'infinity', 'learn', null, 'port 1/2', true, 0, true, 3, 1, 'nt',
                      'subscribers/2/password:0123456789abcdef'),
                     (3, 'always expired', '-infinity', 'bound', '02:00:00:00:00:0a', null, true, 7, false, 0, null, 'md5',
                      'subscribers/3/password:0123456789abcdef'),
                     (4, 'crypt', '1969-12-31T23:59:58.5Z', 'off', null, null, false, null, true, 0, 1, 'crypt',
                      'subscribers/4/password:$1$abc$def'),
                     (5, 'sha', '2026-11-21T05:00:00.9Z', 'off', null, null, false, null, true, 0, 1, 'sha',
                      'subscribers/5/password:0123456789abcdef0123'),
                     (6, 'ssha', null, 'off', null, null, false, null, true, 0, 1, 'ssha',
                      'subscribers/6/password:0123456789abcdef0123salt'),
                     (7, 'broken seal', null, 'off', null, null, false, null, true, 0, 1, 'cleartext', 'subscribers/1/password:pw'),
                     (8, 'no such digest', null, 'off', null, null, false, null, true, 0, 1, 'sha', 'subscribers/8/password:short'),
                     (9, 'none', null, 'off', null, null, true, null, true, 0, 1, 'cleartext', null),
                     (10, 'ünï cödé', null, 'off', null, 'Ŀine', true, null, true, 0, 1, 'cleartext', 'subscribers/10/password:pässwörd'),
                     (-11, 'below zero', null, 'off', null, null, false, null, true, 0, 1, 'cleartext', 'subscribers/-11/password:pw'),
                     (9223372036854775807, 'the last', null, 'off', null, null, false, null, true, 0, 1, 'cleartext',
                      'subscribers/9223372036854775807/password:'),
                     (12, 'gone', null, 'off', null, null, false, null, true, 0, 1, 'cleartext', null);
            update subscribers set deleted_at = now() where id = 12;
            update subscribers set static_ip = '203.0.113.255', framed_ipv6_address = '2001:db8::1',
                   framed_ipv6_prefix = '2001:db8:1::/64', delegated_ipv6_prefix = '2001:db8:0:100::/56',
                   framed_interface_id = '\\x0200000000000001' where id = 1;
            update subscribers set framed_ipv6_prefix = '2001:db8:5:6::/64' where id = 2;
            update subscribers set delegated_ipv6_prefix = '2001:db8:0:900::/56' where id = 3;
            insert into check_attributes (owner, owner_id, attribute, op, value) values ('subscriber', 1, 'NAS-Port', '>=', '5'),
              ('service', 2, 'NAS-Port', '>=', '6');
            insert into reply_attributes (owner, owner_id, attribute, op, value) values ('subscriber', 3, 'Filter-Id', ':=', 'x');
            """)
        try connection.query(
            "insert into subscribers (id, username, line_id, password_sealed) values (13, $1, $2, $3)",
            [
                .text(String(repeating: "n", count: 256)), .text(String(repeating: "l", count: 256)),
                .bytes(Array("subscribers/13/password:\(String(repeating: "p", count: 1025))".utf8)),
            ])
    }

    private func reader() -> PolicyReader { PolicyReader(connection, dictionary: dictionary, vault: vault) }

    /// The plain way: text, a column by its name, a subscriber at a time.
    private func reference(_ row: Row) -> Subscriber {
        let id = Int64(row.int("id"))
        var addresses = StaticAddresses()
        addresses.ipv4 = row.optionalAddress("static_ip")
        addresses.ipv6 = row.optionalAddress("framed_ipv6_address")
        addresses.ipv6Prefix = row.optionalPrefix("framed_ipv6_prefix")
        addresses.delegatedPrefix = row.optionalPrefix("delegated_ipv6_prefix")
        addresses.interfaceID = row.optionalBytes("framed_interface_id")?.reduce(0) { $0 << 8 | UInt64($1) }
        let expiry = row.optionalTimestamp("expiry_date")
        let facts = SubscriberFacts(
            id: id, serviceID: row.optionalInt("service_id").map { Int64($0) }, tierPosition: row.int("tier_position"),
            isActive: row.bool("is_active"), expiry: expiry == .max ? nil : expiry.map { $0 / 1_000_000 },
            mac: row.optionalText("mac_address").flatMap { MACAddress($0) },
            macBinding: MACBinding(rawValue: row.text("mac_binding"))!, isPasswordless: row.bool("passwordless"),
            sessionLimit: row.optionalInt("session_limit"), addresses: addresses)
        return Subscriber(
            facts: facts, username: row.text("username"), credential: credential(row, id),
            lineID: row.optionalText("line_id"))
    }

    private func credential(_ row: Row, _ id: Int64) -> Credential {
        guard let sealed = row.optionalBytes("password_sealed"),
            let bytes = try? vault.open(sealed, "subscribers", id, "password")
        else { return .none }
        switch row.text("password_kind") {
        case "cleartext": return .cleartext(bytes)
        case "nt": return .ntHash(Bytes16(bytes)!)
        case "md5": return .md5(Bytes16(bytes)!)
        case "crypt": return .crypt(String(decoding: bytes, as: UTF8.self))
        case "sha": return bytes.count == 20 ? .sha(bytes) : .none
        default: return .ssha(Array(bytes.prefix(20)), salt: Array(bytes.dropFirst(20)))
        }
    }

    @Test func `odd rows come as a plain reader reads them`() throws {
        var reader = reader()
        let tables = try reader.readAll()
        let rows = try connection.query("select * from subscribers where deleted_at is null and id <> 13")
        #expect(rows.count == 12)
        #expect(tables.subscribers.count == rows.count + 1)
        for row in rows {
            var expected = reference(row)
            let found = try #require(tables.subscribers[expected.id])
            #expect(found.checks.count == (expected.id == 1 ? 1 : 0))
            #expect(found.replies.count == (expected.id == 3 ? 1 : 0))
            expected.checks = found.checks
            expected.replies = found.replies
            #expect(SubscriberText(found) == SubscriberText(expected), "\(expected.username)")
            #expect(tables.subscriber(named: expected.username)?.id == expected.id)
        }
        #expect(tables.subscriber(line: "Ŀine")?.id == 10)
        #expect(tables.subscriber(mac: macA)?.id == 3)
    }

    @Test func `a password that does not open, or is none of its kind, is no password, and said`() throws {
        var reader = reader()
        let tables = try reader.readAll()
        for (id, said) in [(7, "broken seal: it was sealed for another place"), (8, "no such digest: ")]
            as [(Int64, String)]
        {
            #expect(tables.subscribers[id]?.credential == Credential.none)
            #expect(reader.problems.contains { $0.hasPrefix("subscriber \(said)") }, "\(reader.problems)")
        }
        #expect(reader.problems.count == 2)
    }

    @Test func `a name, line or password too long for a packet is left out, and no empty name finds it`() throws {
        var reader = reader()
        let tables = try reader.readAll()
        let long = try #require(tables.subscribers[13])
        #expect(long.username.isEmpty && long.lineID == nil && long.credential == Credential.none)
        #expect(tables.subscriber(named: "") == nil)
    }

    @Test func `ids that are asked for are put in place, and those that are gone go`() throws {
        var reader = reader()
        let policy = LivePolicy(try reader.readAll())
        try connection.execute(
            """
            update subscribers set username = 'plainer', static_ip = null where id = 1;
            update subscribers set deleted_at = now() where id = 2;
            update subscribers set username = 'not asked for' where id = 4;
            """)
        try reader.apply(topic: "subscribers", keys: [1, 2, -11, 500], to: policy)
        policy.read { tables in
            #expect(tables.subscriber(named: "plain") == nil)
            #expect(tables.subscriber(named: "plainer")?.checks.count == 1)
            #expect(tables.subscribers[2] == nil)
            #expect(tables.subscriber(named: "crypt")?.id == 4)
            #expect(tables.subscribers.count == 12)
        }
    }

    @Test func `the place that a password is sealed for is the row's`() {
        for id in [0, 7, 10, 12345, -1, .max, .min] as [Int64] {
            let place = SubscriberLoader.withPlace(id) { String(decoding: $0, as: UTF8.self) }
            #expect(place == "subscribers/\(id)/password")
        }
    }
}

/// Runs when `TOLLKEEPER_LONG_TESTS` is set: what it measures means something on an idle machine only.
@Suite(.serialized, .enabled(if: getenv("TOLLKEEPER_LONG_TESTS") != nil)) struct SubscriberLoaderSpeedTests {
    @Test func `100,000 subscribers load in under 10 seconds, and as many changed ones too`() throws {
        let connection = try TestDatabase().connect()
        try connection.execute(
            """
            insert into subscribers (id, username, password_sealed, session_limit)
              select n, 'user' || n, convert_to('password' || n, 'UTF8'), 1 from generate_series(1, 100000) n;
            analyze subscribers;
            """)
        var reader = PolicyReader(connection, dictionary: dictionary, vault: SecretVault { bytes, _ in bytes })
        var policy = LivePolicy()
        let load = try ContinuousClock().measure { policy = LivePolicy(try reader.readAll()) }
        #expect(policy.read { $0.subscribers.count } == 100_000)
        try connection.execute("update subscribers set session_limit = 2")
        let change = try ContinuousClock().measure {
            try reader.apply(topic: "subscribers", keys: Array(1...100_000), to: policy)
        }
        #expect(policy.read { $0.subscribers[99_999]?.sessionLimit } == 2)
        #expect(load < .seconds(10), "\(load)")
        #expect(change < .seconds(10), "\(change)")
        print("100,000 subscribers loaded in \(load), changed in \(change)")
    }
}
