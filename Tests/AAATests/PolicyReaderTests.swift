@testable import AAA
import Dictionary
import PluginAPI
import RADIUS
import Store
import Support
import Testing

/// The policy read from a real database, secrets "sealed" by a prefix that names their place.
@Suite struct PolicyReaderTests {
    private let connection: Connection

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute(
            """
            insert into services (id, name, session_limit, show_reject_reason) values (1, 'gold', 2, true), (2, 'old', null, false);
            update services set archived_at = now() where id = 2;
            insert into nas_devices (id, name, ip, secret_sealed, previous_secret_sealed, allowed_realms, passwordless)
              values (1, 'bng', '192.0.2.1', 'nas_devices/1/secret:one', 'nas_devices/1/previous_secret:two',
                      '{@ISP.example,none}', '{mac}'),
                     (2, 'net', '198.51.100.0/24', 'nas_devices/2/secret:one', null, '{}', '{}'),
                     (3, 'torn', '192.0.2.3', 'nas_devices/9/secret:moved', null, '{}', '{}'),
                     (4, 'fresh', '192.0.2.4', null, null, '{}', '{}');
            insert into subscribers (id, username, password_sealed, service_id, static_ip, delegated_ipv6_prefix,
                                     mac_address, mac_binding, expiry_date)
              values (1, 'ann', 'subscribers/1/password:secret', 1, '192.0.2.9', '2001:db8:0:100::/56',
                      '02:00:00:00:00:0a', 'bound', '2026-11-21T05:00:00Z'),
                     (2, 'bob', 'subscribers/1/password:copied', 1, null, null, null, 'off', 'infinity'),
                     (3, 'gone', null, 1, null, null, null, 'off', null);
            update subscribers set deleted_at = now() where id = 3;
            insert into reply_attributes (owner, owner_id, attribute, op, value, position) values
              ('subscriber', 1, 'Framed-Pool', '+=', 'second', 2), ('subscriber', 1, 'Framed-Pool', ':=', 'first', 1),
              ('service', 1, 'No-Such-Thing', ':=', 'x', 1), ('nas', 1, 'Auth-Type', ':=', 'Reject', 1);
            insert into check_attributes (owner, owner_id, attribute, op, value) values
              ('subscriber', 1, 'NAS-Port', '>=', '5'), ('nas', 1, 'No-Such-Thing', '==', 'x');
            insert into dialects (id, plugin, title, plugin_version, swaps_octets) values
              ('mikrotik', 'mikrotik', 'MikroTik', '1', true);
            update system_preferences set value = '30' where name = 'radius_interim_update_seconds';
            """)
        try connection.query(
            "insert into compiled_replies (service_id, tier_position, dialect, template) values (1, 0, 'mikrotik', $1)",
            [.bytes(goldPlan.stored())])
        try connection.query(
            "insert into compiled_replies (service_id, tier_position, dialect, template) values (1, 1, 'mikrotik', $1)",
            [.bytes([99])])
    }

    private let vault = SecretVault { sealed, place in
        let prefix = Array("\(place):".utf8)
        guard sealed.starts(with: prefix) else { throw RuleProblem("it was sealed for another place") }
        return Array(sealed.dropFirst(prefix.count))
    }

    private func reader() -> PolicyReader { PolicyReader(connection, dictionary: dictionary, vault: vault) }

    @Test func `everything that is in force is read in one go`() throws {
        var reader = reader()
        let tables = try reader.readAll()
        #expect(!connection.inTransaction)
        #expect(tables.services.keys.sorted() == [1])
        #expect(tables.nas.keys.sorted() == [1, 2])
        #expect(tables.subscribers.ids.sorted() == [1, 2])
        #expect(tables.preferences.interimSeconds == 60)
        #expect(tables.dialects["mikrotik"]?.swapsOctets == true)
        let found = tables.findNAS(source: nasAddress, identifier: nil)
        let nas = try #require(found)
        #expect(nas.realms == ["isp.example", "none"])
        #expect(nas.secrets.count == 2)
        #expect(nas.allowsMACLogin && !nas.allowsLineLogin)
        #expect(tables.findNAS(source: IPAddress("198.51.100.77")!, identifier: nil)?.name == "net")
        #expect(tables.findNAS(source: IPAddress("203.0.113.1")!, identifier: nil) == nil)
        let subscriber = tables.subscriber(named: "ann")
        let ann = try #require(subscriber)
        #expect(ann.credential == .cleartext(Array("secret".utf8)))
        #expect(ann.expiry == noon)
        #expect(ann.addresses.ipv4 == IPAddress("192.0.2.9"))
        #expect(ann.addresses.delegatedPrefix == IPPrefix("2001:db8:0:100::/56"))
        #expect(ann.mac == macA)
        #expect(ann.replies.map(\.operation) == [.replace, .add])
        #expect(ann.checks.map(\.operation) == [.greaterOrEqual])
    }

    @Test func `what can't be used is left out and said: a torn secret, an unknown attribute`() throws {
        var reader = reader()
        let tables = try reader.readAll()
        #expect(tables.subscriber(named: "bob")?.credential == Credential.none)
        #expect(tables.subscriber(named: "bob")?.expiry == nil)
        #expect(tables.nas[3] == nil)
        for said in ["NAS torn", "NAS fresh", "subscriber bob", "No-Such-Thing", "Auth-Type"] {
            #expect(reader.problems.contains { $0.contains(said) }, "\(said): \(reader.problems)")
        }
        #expect(tables.services[1]?.replies.isEmpty == true)
    }

    @Test func `a check that no dictionary knows stays, and refuses`() throws {
        var reader = reader()
        let nas = try #require(try reader.readAll().nas[1])
        #expect(nas.checks.count == 1)
        #expect(LoginChecks.refusal(makeLogin { $0.nas.checks = nas.checks }) == .checkFailed)
    }

    @Test func `a compiled reply of another version is a plan that is not ready`() throws {
        var reader = reader()
        let plans = try reader.readAll().plans
        guard case .ready(let gold) = plans[PlanKey(serviceID: 1, tierPosition: 0, dialect: "mikrotik")] else {
            Issue.record("the plan is not there")
            return
        }
        #expect(gold.compiled == goldPlan)
        guard case .problem = plans[PlanKey(serviceID: 1, tierPosition: 1, dialect: "mikrotik")] else {
            Issue.record("damaged bytes were taken")
            return
        }
    }

    @Test func `An archived service is served for as long as somebody has it`() throws {
        var reader = reader()
        let policy = LivePolicy(try reader.readAll())
        try connection.execute("update services set archived_at = now() where id = 1")
        try reader.apply(topic: "services", keys: [1], to: policy)
        policy.read { tables in #expect(tables.services[1] != nil) }
        try connection.execute("update subscribers set service_id = null")
        try reader.apply(topic: "services", keys: [1], to: policy)
        policy.read { tables in #expect(tables.services[1] == nil) }
    }

    @Test func `a change of one row is read again and the others left`() throws {
        var reader = reader()
        let policy = LivePolicy(try reader.readAll())
        try connection.execute(
            """
            update subscribers set username = 'anna', is_active = false where id = 1;
            update subscribers set deleted_at = now() where id = 2;
            update nas_devices set ip = '192.0.2.77', drain = true where id = 1;
            update nas_devices set deleted_at = now() where id = 2;
            update subscribers set service_id = null;
            update services set archived_at = now() where id = 1;
            delete from compiled_replies;
            update system_preferences set value = '900' where name = 'radius_interim_update_seconds';
            """)
        try reader.apply(topic: "subscribers", keys: [1, 2, 99], to: policy)
        try reader.apply(topic: "nas_devices", keys: [1, 2], to: policy)
        try reader.apply(topic: "services", keys: [1], to: policy)
        try reader.apply(topic: "compiled_replies", keys: [1], to: policy)
        try reader.apply(topic: "system_preferences", keys: [0], to: policy)
        try reader.apply(topic: "unheard-of", keys: [1], to: policy)
        policy.read { tables in
            #expect(tables.subscriber(named: "ann") == nil)
            #expect(tables.subscriber(named: "anna")?.isActive == false)
            #expect(tables.subscribers[2] == nil)
            #expect(tables.findNAS(source: nasAddress, identifier: nil) == nil)
            #expect(tables.findNAS(source: IPAddress("192.0.2.77")!, identifier: nil)?.isDraining == true)
            #expect(tables.nas[2] == nil)
            #expect(tables.services.isEmpty)
            #expect(tables.plans.isEmpty)
            #expect(tables.preferences.interimSeconds == 900)
        }
    }

    @Test func `one subscriber is read with all that a decision needs`() throws {
        var reader = reader()
        let tables = try reader.readFor(username: "ann@isp.example")
        #expect(tables.subscribers.ids.sorted() == [1])
        #expect(tables.nas.count == 2)
        #expect(tables.plans.count == 2)
    }
}

extension PolicyTables {
    fileprivate func findNAS(source: IPAddress, named identifier: String) -> Shared<NAS>? {
        Array(identifier.utf8).withUnsafeBytes { findNAS(source: source, identifier: $0) }
    }
}

@Suite struct PolicyTablesTests {
    private func tables(_ nas: NAS...) -> PolicyTables {
        var tables = PolicyTables()
        for nas in nas { tables.put(nas) }
        return tables
    }

    @Test func `several NAS at one address are told apart by NAS-Identifier, and the one without takes the rest`() {
        let tables = tables(
            makeNAS { $0.identifier = "a" },
            makeNAS {
                $0.id = 2
                $0.identifier = "b"
            },
            makeNAS { $0.id = 3 })
        #expect(tables.findNAS(source: nasAddress, named: "b")?.id == 2)
        #expect(tables.findNAS(source: nasAddress, named: "c")?.id == 3)
        #expect(tables.findNAS(source: nasAddress, identifier: nil)?.id == 3)
    }

    @Test func `an address goes before a network, and the longer network before the shorter`() {
        let network = { (id: Int64, text: String) in
            makeNAS {
                $0.id = id
                $0.source = IPPrefix(text)!
            }
        }
        var tables = tables(network(1, "192.0.0.0/16"), network(2, "192.0.2.0/24"), network(3, "192.0.2.1/32"))
        #expect(tables.findNAS(source: nasAddress, identifier: nil)?.id == 3)
        tables.removeNAS(3)
        #expect(tables.findNAS(source: nasAddress, identifier: nil)?.id == 2)
        tables.removeNAS(2)
        #expect(tables.findNAS(source: nasAddress, identifier: nil)?.id == 1)
        tables.removeNAS(1)
        #expect(tables.findNAS(source: nasAddress, identifier: nil) == nil)
    }

    @Test func `a subscriber that changes its name, MAC or line is not found by the old ones`() {
        let tables = PolicyTables()
        let old = makeSubscriber {
            $0.isPasswordless = true
            $0.mac = macA
            $0.lineID = "line 1"
        }
        tables.put(old)
        #expect(tables.subscriber(mac: macA)?.id == 1)
        #expect(tables.subscriber(line: "line 1")?.id == 1)
        tables.put(
            makeSubscriber {
                $0.username = "anna"
                $0.mac = macB
                $0.isPasswordless = true
            })
        #expect(tables.subscriber(named: "ann") == nil)
        #expect(tables.subscriber(mac: macA) == nil)
        #expect(tables.subscriber(mac: macB)?.username == "anna")
        #expect(tables.subscriber(line: "line 1") == nil)
        tables.put(makeSubscriber { $0.mac = macB })
        #expect(tables.subscriber(mac: macB) == nil)
    }
}
