@testable import AAA
import PluginAPI
import Store
import Support
import Testing

@Suite struct EmergencyStoreTests {
    private let connection: Connection
    private let store: EmergencyStore

    init() throws {
        connection = try TestDatabase().connect()
        store = EmergencyStore(connection)
    }

    private func lines(_ sql: String) throws -> [String] { try connection.query(sql).map { $0.optionalText(0) ?? "-" } }

    private func audit() throws -> [String] {
        try lines("select actor || ' ' || action || ' ' || object_name from audit_log order by id")
    }

    private func openAlarms() throws -> [String] {
        try lines("select subject from alarms where kind = 'emergency' and cleared_at is null order by 1")
    }

    @Test func `the database holds none of more than a day, of other words, or of none`() throws {
        for row in [
            "'{password}', now() + interval '1 h'", "'{}', now() + interval '1 h'", "'{mac}', now() + interval '25 h'",
        ] {
            #expect(throws: StoreError.self) {
                try connection.query("insert into emergencies (skips, until, actor) values (\(row), 'x')")
            }
        }
    }

    @Test func `on and off are audited, alarmed, and told to every node`() throws {
        let cursor = try ChangeFeed.now(connection)
        #expect(try store.current() == .none)
        let until = try store.start([.expiry, .mac], seconds: 3600, actor: "os:ann")
        #expect(try store.current() == EmergencySkip(words: [.expiry, .mac], until: until))
        #expect(try openAlarms() == ["all"])
        guard case (.changes(let changes), _) = try ChangeFeed.next(cursor, connection) else {
            Issue.record("the feed reaches back")
            return
        }
        #expect(changes.contains { $0.topic == "system_preferences" && $0.key == 0 })
        #expect(try store.end(actor: "os:bob"))
        #expect(try !store.end(actor: "os:bob"))
        #expect(try store.current() == .none)
        #expect(try openAlarms() == [])
        #expect(try audit() == ["os:ann start expiry,mac", "os:bob end expiry,mac"])
    }

    @Test func `a second one takes the place of the first`() throws {
        _ = try store.start([.expiry], seconds: 3600, actor: "os:ann")
        _ = try store.start([.limit], seconds: 60, actor: "os:bob")
        #expect(try store.current().words == .limit)
        #expect(try lines("select count(*) from emergencies where ended_at is null") == ["1"])
        let before = "select before->>'actor' from audit_log where actor = 'os:bob'"
        #expect(try lines(before) == ["os:ann"])
    }

    @Test func `one whose time ran out is over, and the housekeeper says so`() throws {
        try connection.query(
            """
            insert into emergencies (skips, started_at, until, actor)
            values ('{mac}', now() - interval '2 h', now() - interval '1 h', 'os:ann')
            """)
        try connection.query("insert into alarms (kind, subject, message) values ('emergency', 'all', 'x')")
        #expect(try store.current() == .none)
        try store.lapse()
        try store.lapse()
        #expect(try openAlarms() == [])
        #expect(try audit() == ["tollkeeper end mac"])
        #expect(try lines("select (ended_at = until)::text from emergencies") == ["true"])
    }

    @Test func `what a node did without the database is audited once, with its own times`() throws {
        let now = Moment.now().wall
        var local = LocalEmergency(
            skip: EmergencySkip(words: [.expiry], until: now + 600), started: now - 60, actor: "os:ann")
        try store.note(local, node: "bras-1", now: now)
        try store.note(local, node: "bras-1", now: now)
        #expect(try openAlarms() == ["bras-1"])
        #expect(try store.current() == .none)
        local.ended = now
        local.endedBy = "os:bob"
        try store.note(local, node: "bras-1", now: now)
        try store.note(local, node: "bras-1", now: now)
        #expect(try openAlarms() == [])
        #expect(try audit() == ["os:ann start expiry", "os:bob end expiry"])
        #expect(
            try lines("select extract(epoch from at)::bigint from audit_log order by id") == ["\(now - 60)", "\(now)"])
    }

    @Test func `the policy reads it with the preferences`() throws {
        let until = try store.start([.limit], seconds: 60, actor: "os:ann")
        let reader = PolicyReader(connection, dictionary: dictionary, vault: SecretVault { bytes, _ in bytes })
        let preferences = try reader.readPreferences()
        #expect(preferences.emergency == EmergencySkip(words: [.limit], until: until))
        #expect(preferences.rejectDelayMilliseconds == 1000)
        #expect(preferences.guardLimits == GuardLimits())
    }
}
