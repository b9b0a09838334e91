import Store
import Support
import Testing

@Suite struct FreeRADIUSViewTests {
    private func lines(_ connection: Connection, _ sql: String) throws -> [String] {
        try connection.query(sql).map { $0.optionalText(0) ?? "NULL" }
    }

    @Test func `Provisioning through radcheck, radusergroup and radreply makes a subscriber`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.execute(
            """
            INSERT INTO services (name) VALUES ('gold');
            INSERT INTO freeradius.radcheck (username, attribute, op, value) VALUES
                ('ann', 'Cleartext-Password', ':=', 'hunter2'), ('ann', 'Simultaneous-Use', ':=', '2'),
                ('ann', 'NAS-Port-Type', '==', 'Ethernet');
            INSERT INTO freeradius.radusergroup (username, groupname, priority) VALUES ('ann', 'gold', 1);
            INSERT INTO freeradius.radreply (username, attribute, op, value) VALUES
                ('ann', 'Framed-IP-Address', '=', '192.0.2.7'), ('ann', 'Filter-Id', ':=', 'f');
            INSERT INTO freeradius.radgroupreply (groupname, attribute, op, value)
            VALUES ('gold', 'Session-Timeout', ':=', '3600');
            """)
        let row = try connection.query(
            "SELECT host(static_ip), session_limit, (SELECT name FROM services WHERE id = service_id) FROM subscribers")
        #expect(row.count == 1)
        #expect(row[0].text(0) == "192.0.2.7")
        #expect(row[0].int(1) == 2)
        #expect(row[0].text(2) == "gold")
        #expect(try lines(connection, "SELECT value FROM freeradius_password_inbox") == ["hunter2"])
        #expect(try lines(connection, "SELECT unit::text FROM address_holds") == ["192.0.2.7/32"])
        let reply = "SELECT attribute || op || value FROM freeradius.radreply ORDER BY 1"
        #expect(try lines(connection, reply) == ["Filter-Id:=f", "Framed-IP-Address:=192.0.2.7"])
        try connection.execute("UPDATE freeradius.radreply SET value = 'g' WHERE attribute = 'Filter-Id'")
        try connection.execute("DELETE FROM freeradius.radreply WHERE attribute = 'Framed-IP-Address'")
        #expect(try lines(connection, reply) == ["Filter-Id:=g"])
        #expect(try lines(connection, "SELECT unit::text FROM address_holds") == [])
        #expect(try lines(connection, "SELECT groupname || value FROM freeradius.radgroupreply") == ["gold3600"])
    }

    @Test func `Provisioning that has only FreeRADIUS' schema in its search_path works`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.execute("INSERT INTO services (name) VALUES ('gold')")
        try connection.execute(
            """
            SET search_path = freeradius;
            INSERT INTO radcheck (username, attribute, op, value) VALUES
                ('ann', 'Cleartext-Password', ':=', 'hunter2'), ('ann', 'Simultaneous-Use', ':=', '2');
            INSERT INTO radusergroup (username, groupname, priority) VALUES ('ann', 'gold', 1);
            INSERT INTO radreply (username, attribute, op, value) VALUES
                ('ann', 'Framed-IP-Address', '=', '192.0.2.7'), ('ann', 'Filter-Id', ':=', 'f');
            INSERT INTO radgroupreply (groupname, attribute, op, value) VALUES ('gold', 'Session-Timeout', ':=', '60');
            INSERT INTO nas (nasname, shortname, type, secret) VALUES ('192.0.2.1', 'bng', 'cisco', 's3cret');
            UPDATE radreply SET value = '192.0.2.8' WHERE attribute = 'Framed-IP-Address';
            DELETE FROM radcheck WHERE attribute = 'Simultaneous-Use';
            DELETE FROM nas;
            RESET search_path;
            """)
        #expect(try lines(connection, "SELECT username || host(static_ip) FROM subscribers") == ["ann192.0.2.8"])
        #expect(try lines(connection, "SELECT unit::text FROM address_holds") == ["192.0.2.8/32"])
    }

    @Test func `A sealed password reads as NULL and deleting its row takes it away`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO subscribers (username, password_sealed) VALUES ('ann', '\\x01')")
        #expect(
            try lines(connection, "SELECT attribute || coalesce(value, ' hidden') FROM freeradius.radcheck")
                == ["Cleartext-Password hidden"])
        try connection.execute("UPDATE freeradius.radcheck SET value = 'new' WHERE username = 'ann'")
        #expect(try lines(connection, "SELECT value FROM freeradius_password_inbox") == ["new"])
        try connection.execute("DELETE FROM freeradius.radcheck WHERE attribute = 'Cleartext-Password'")
        #expect(try connection.query("SELECT FROM subscribers WHERE password_sealed IS NOT NULL").isEmpty)
        #expect(try lines(connection, "SELECT value FROM freeradius_password_inbox") == [])
    }

    @Test func `Auth-Type Reject disables and its removal enables`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.execute(
            "INSERT INTO freeradius.radcheck (username, attribute, op, value) VALUES ('ann', 'Auth-Type', ':=', 'Reject')"
        )
        #expect(try connection.query("SELECT is_active FROM subscribers")[0].bool(0) == false)
        try connection.execute("DELETE FROM freeradius.radcheck WHERE attribute = 'Auth-Type'")
        #expect(try connection.query("SELECT is_active FROM subscribers")[0].bool(0))
    }

    @Test func `A NAS written by FreeRADIUS' table becomes one of ours, its secret waiting to be sealed`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.execute(
            "INSERT INTO freeradius.nas (nasname, shortname, type, secret) VALUES ('192.0.2.1', 'bng', 'cisco', 's3cret')"
        )
        let row = try connection.query("SELECT name, dialect, secret_sealed FROM nas_devices")[0]
        #expect(row.text(0) == "bng")
        #expect(row.text(1) == "generic/cisco")
        #expect(row.isNull(2))
        #expect(try lines(connection, "SELECT value FROM freeradius_password_inbox") == ["s3cret"])
        #expect(try lines(connection, "SELECT secret FROM freeradius.nas") == ["NULL"])
        try connection.execute("DELETE FROM freeradius.nas")
        #expect(try connection.query("SELECT FROM nas_devices WHERE deleted_at IS NULL").isEmpty)
    }

    @Test func `FreeRADIUS' own accounting statements work on radacct`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.execute(
            """
            INSERT INTO freeradius.radacct (acctsessionid, acctuniqueid, username, nasipaddress, acctstarttime,
                acctupdatetime, acctsessiontime, acctinputoctets, acctoutputoctets, framedipaddress)
            VALUES ('s1', '0123456789abcdef0123456789abcdef', 'ann', '192.0.2.1', now(), now(), 0, 0, 0, '10.0.0.1');
            UPDATE freeradius.radacct SET acctstoptime = now(), acctsessiontime = 60, acctinputoctets = 5000000000,
                acctterminatecause = 'User-Request'
            WHERE acctuniqueid = '0123456789abcdef0123456789abcdef' AND acctstoptime IS NULL;
            """)
        let row = try connection.query("SELECT state, input_octets, session_seconds FROM sessions_live")[0]
        #expect(row.text(0) == "closed")
        #expect(row.int(1) == 5_000_000_000)
        #expect(row.int(2) == 60)
    }
}
