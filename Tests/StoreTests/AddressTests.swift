import Store
import Support
import Testing

@Suite struct AddressTests {
    private func holds(_ connection: Connection) throws -> [String] {
        try connection.query(
            """
            SELECT s.username || ' ' || h.unit AS line FROM address_holds h JOIN subscribers s ON s.id = h.subscriber_id
            WHERE h.released_at IS NULL ORDER BY h.unit
            """
        ).map { $0.text(0) }
    }

    private func refusal(_ connection: Connection, _ sql: String) -> String? {
        let failure = #expect(throws: StoreError.self) { try connection.query(sql) }
        return failure?.message
    }

    @Test func `A static address is held, follows its subscriber and goes with him`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query(
            """
            INSERT INTO subscribers (username, static_ip, delegated_ipv6_prefix)
            VALUES ('ann', '192.0.2.5', '2001:db8:1::/56'), ('bob', '192.0.2.6', NULL)
            """)
        #expect(try holds(connection) == ["ann 192.0.2.5/32", "bob 192.0.2.6/32", "ann 2001:db8:1::/56"])
        try connection.query("UPDATE subscribers SET static_ip = '192.0.2.9' WHERE username = 'ann'")
        try connection.query("UPDATE subscribers SET deleted_at = now() WHERE username = 'bob'")
        #expect(try holds(connection) == ["ann 192.0.2.9/32", "ann 2001:db8:1::/56"])
        try connection.query("DELETE FROM subscribers WHERE username = 'ann'")
        #expect(try holds(connection) == [])
        #expect(try connection.query("SELECT FROM address_ranges").isEmpty)
    }

    @Test func `A duplicate address is refused, naming who has it`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO subscribers (username, static_ip) VALUES ('ann', '192.0.2.5')")
        #expect(
            refusal(connection, "INSERT INTO subscribers (username, static_ip) VALUES ('eve', '192.0.2.5')")
                == "192.0.2.5 is held already by subscriber ann")
        let twice = refusal(
            connection, "INSERT INTO subscribers (username, static_ip) VALUES ('x', '10.0.0.1'), ('y', '10.0.0.1')")
        #expect(twice?.hasPrefix("10.0.0.1 is held already by subscriber") == true)
        #expect(try holds(connection) == ["ann 192.0.2.5/32"])
    }

    @Test func `Two subscribers may swap addresses in one statement`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query(
            "INSERT INTO subscribers (username, static_ip) VALUES ('ann', '192.0.2.5'), ('bob', '192.0.2.6')")
        try connection.query(
            """
            UPDATE subscribers SET static_ip = CASE username WHEN 'ann' THEN '192.0.2.6'::inet ELSE '192.0.2.5' END
            """)
        #expect(try holds(connection) == ["bob 192.0.2.5/32", "ann 192.0.2.6/32"])
    }

    @Test func `The same address at once from two connections goes to one of them`() async throws {
        let database = try TestDatabase()
        let settings = database.settings
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let sql = "INSERT INTO subscribers (username, static_ip) VALUES ($1, '192.0.2.5')"
                    return (try? Connection(settings).query(sql, [.text("u\(index)")])) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 }.count == 1)
    }

    @Test func `A range made around loose statics takes them in; ranges never overlap`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO subscribers (username, static_ip) VALUES ('ann', '192.0.2.5')")
        try connection.query("INSERT INTO address_ranges (range, unit_length) VALUES ('192.0.2.0/24', 32)")
        let ranges = try connection.query("SELECT range::text FROM address_ranges").map { $0.text(0) }
        #expect(ranges == ["192.0.2.0/24"])
        #expect(try connection.query("SELECT range::text FROM address_holds")[0].text(0) == "192.0.2.0/24")
        let overlap = #expect(throws: StoreError.self) {
            try connection.query("INSERT INTO address_ranges (range, unit_length) VALUES ('192.0.2.0/25', 32)")
        }
        #expect(overlap?.constraint == "address_ranges_overlap")
    }

    @Test func `A routed subnet splits a range and held addresses keep their place`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO address_ranges (range, unit_length) VALUES ('192.0.2.0/24', 32)")
        try connection.query("INSERT INTO subscribers (username, static_ip) VALUES ('ann', '192.0.2.77')")
        #expect(
            refusal(connection, "SELECT split_address_range('default', '192.0.2.64/28', 28)")
                == "addresses in 192.0.2.64/28 are held; release them first")
        try connection.query("SELECT split_address_range('default', '192.0.2.32/28', 28)")
        let ranges = try connection.query("SELECT range || ' ' || unit_length FROM address_ranges ORDER BY range")
        #expect(
            ranges.map { $0.text(0) } == [
                "192.0.2.0/27 32", "192.0.2.32/28 28", "192.0.2.48/28 32", "192.0.2.64/26 32", "192.0.2.128/25 32",
            ])
        #expect(try connection.query("SELECT range::text FROM address_holds")[0].text(0) == "192.0.2.64/26")
    }

    @Test func `A static that does not fit its range's units is refused`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO address_ranges (range, unit_length) VALUES ('2001:db8::/40', 56)")
        #expect(
            refusal(
                connection, "INSERT INTO subscribers (username, delegated_ipv6_prefix) VALUES ('a', '2001:db8::/60')")
                == "2001:db8::/60 does not fit the address range 2001:db8::/40, which gives out /56")
    }
}
