import Store
import Support
import Testing

@Suite struct ChangeFeedTests {
    private func keys(_ answer: ChangeFeed.Answer) -> [String] {
        switch answer {
        case .changes(let changes): changes.map { "\($0.topic) \($0.key)" }
        case .reload: ["reload"]
        }
    }

    @Test func `Each change is told once, with its owner for attributes and tiers`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        let start = try ChangeFeed.now(connection)
        try connection.query("INSERT INTO services (id, name) VALUES (7, 'home')")
        try connection.query("INSERT INTO service_tiers (service_id, position, name) VALUES (7, 0, 'normal')")
        try connection.query("INSERT INTO subscribers (id, username, service_id) VALUES (5, 'ann', 7)")
        try connection.query(
            "INSERT INTO reply_attributes (owner, owner_id, attribute, value) VALUES ('subscriber', 6, 'Class', 'x')")
        try connection.query("UPDATE system_preferences SET value = '900' WHERE name = 'radius_interim_update_seconds'")
        let (answer, next) = try ChangeFeed.next(start, connection)
        #expect(keys(answer) == ["services 7", "subscribers 5", "subscribers 6", "system_preferences 0"])
        #expect(try keys(ChangeFeed.next(next, connection).0) == [])
    }

    @Test func `A transaction that commits late is not missed`() throws {
        let database = try TestDatabase()
        let reader = try database.connect()
        let slow = try database.connect()
        let start = try ChangeFeed.now(reader)
        try slow.execute("BEGIN")
        try slow.query("INSERT INTO subscribers (id, username) VALUES (1, 'slow')")
        try database.connect().query("INSERT INTO subscribers (id, username) VALUES (2, 'quick')")
        let (first, cursor) = try ChangeFeed.next(start, reader)
        #expect(keys(first) == ["subscribers 2"])
        try slow.execute("COMMIT")
        #expect(try keys(ChangeFeed.next(cursor, reader).0) == ["subscribers 1"])
    }

    @Test func `Noting when a NAS was last seen is no change`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO nas_devices (id, name, ip) VALUES (1, 'bng', '192.0.2.1')")
        let start = try ChangeFeed.now(connection)
        try connection.query("UPDATE nas_devices SET last_seen = now()")
        #expect(try keys(ChangeFeed.next(start, connection).0) == [])
        #expect(try connection.query("SELECT version FROM nas_devices")[0].int(0) == 1)
        try connection.query("UPDATE nas_devices SET drain = true")
        #expect(try keys(ChangeFeed.next(start, connection).0) == ["nas_devices 1"])
        #expect(try connection.query("SELECT version FROM nas_devices")[0].int(0) == 2)
    }

    @Test func `A cursor older than what is kept means a reload, a newer one does not`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        let old = try ChangeFeed.now(connection)
        try connection.query("INSERT INTO subscribers (id, username) VALUES (1, 'ann')")
        try connection.execute("UPDATE change_feed SET at = at - interval '2 days'")
        #expect(try ChangeFeed.prune(connection) > 0)
        #expect(try keys(ChangeFeed.next(old, connection).0) == ["reload"])
        // Other tests' transactions are in every snapshot of the cluster; while one that is older than the pruned row
        // runs, a reload is asked for to be safe.
        var fresh = try ChangeFeed.now(connection)
        for _ in 0..<100_000 where try ChangeFeed.next(fresh, connection).0 == .reload {
            fresh = try ChangeFeed.now(connection)
        }
        #expect(try keys(ChangeFeed.next(fresh, connection).0) == [])
        #expect(try keys(ChangeFeed.next(.init(snapshot: "999999999:999999999:"), connection).0) == ["reload"])
    }

    @Test func `A commit wakes whoever listens`() throws {
        let database = try TestDatabase()
        let listener = try database.connect()
        try listener.listen(ChangeFeed.channel)
        try database.connect().query("INSERT INTO subscribers (username) VALUES ('ann')")
        #expect(try listener.notifications(waitingMilliseconds: 10_000).map(\.channel) == [ChangeFeed.channel])
    }
}
