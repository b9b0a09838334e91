import PluginAPI
import Store
import Support
import Testing

@Suite struct ConnectionTests {
    @Test func `Scalars come back as they went, in text and in binary`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        let moment: Int64 = 1_795_239_649_123_456
        for binary in [false, true] {
            let row = try connection.query(
                """
                SELECT $1::bigint AS i, $2::text AS t, $3::bytea AS b, $4::bool AS f, $5::timestamptz AS m,
                       $6::inet AS a, $7::float8 AS d, $8::int AS n, $9::text[] AS l, '-7'::smallint AS s
                """,
                [
                    .int(Int64.min), "it's \\ \u{e9}", .bytes([0, 255, 92]), true, .timestamp(moment),
                    .inet("2001:db8::/56"), .double(-0.1), nil, .textArray(["a", "b,\"c\\", ""]),
                ], binary: binary)[0]
            #expect(row.int("i") == Int.min)
            #expect(row.text("t") == "it's \\ \u{e9}")
            #expect(row.bytes("b") == [0, 255, 92])
            #expect(row.bool("f"))
            #expect(row.timestamp("m") == moment)
            #expect(row.prefix("a") == IPPrefix("2001:db8::/56"))
            #expect(row.double("d") == -0.1)
            #expect(row.optionalInt("n") == nil)
            #expect(row.textArray("l") == ["a", "b,\"c\\", ""])
            #expect(row.int("s") == -7)
        }
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01 00:00:00.000000+00"), (-1, "1969-12-31 23:59:59.999999+00"),
        (951_782_400_000_000, "2000-02-29 00:00:00.000000+00"), (Int64.max, "infinity"),
    ])
    func `Timestamps are written and read as PostgreSQL does`(moment: Int64, text: String) {
        #expect(Timestamp.text(moment) == text)
        #expect(Timestamp.parse(Array(text.utf8)) == moment)
    }

    @Test func `Arrays feed unnest, NULLs included`() throws {
        let database = try TestDatabase(migrated: false)
        let rows = try database.connect().query(
            """
            SELECT * FROM unnest($1::bigint[], $2::text[]::inet[], $3::bytea[], $4::timestamptz[], $5::bool[])
            AS x(i, a, b, m, f) ORDER BY i
            """,
            [
                .intArray([2, 1]), .textArray(["192.0.2.1", nil]), .bytesArray([[1], []]),
                .timestampArray([5, Timestamp.infinity]), .boolArray([nil, true]),
            ])
        #expect(rows.map { $0.int("i") } == [1, 2])
        #expect(rows.map { $0.optionalAddress("a") } == [nil, IPAddress("192.0.2.1")])
        #expect(rows.map { $0.bytes("b") } == [[], [1]])
        #expect(rows.map { $0.timestamp("m") } == [Timestamp.infinity, 5])
        #expect(rows.map { $0.optionalBool("f") } == [true, nil])
    }

    @Test func `A transaction that throws leaves nothing, a nested one only its own`() throws {
        struct Stop: Error {}
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try connection.execute("CREATE TABLE t (n int)")
        #expect(throws: Stop.self) {
            try connection.transaction {
                try connection.query("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        try connection.transaction {
            try connection.query("INSERT INTO t VALUES (2)")
            try? connection.transaction {
                try connection.query("INSERT INTO t VALUES (3)")
                throw Stop()
            }
        }
        #expect(try connection.query("SELECT n FROM t").map { $0.int(0) } == [2])
    }

    @Test func `A pipeline is one transaction and survives its failure`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try connection.execute("CREATE TABLE t (n int PRIMARY KEY, filler text)")
        let filler = String(repeating: "x", count: 2000)
        let insert = "INSERT INTO t VALUES ($1, $2) RETURNING n, filler"
        let answers = try connection.pipeline((0..<3000).map { Statement(insert, [.int($0), .text(filler)]) })
        #expect(answers.count == 3000)
        #expect(answers[2999][0].int(0) == 2999)
        let failure = #expect(throws: StoreError.self) {
            try connection.pipeline([
                Statement(insert, [.int(9000), "a"]), Statement(insert, [.int(1), "b"]),
                Statement(insert, [.int(9001), "c"]),
            ])
        }
        #expect(failure?.kind == .conflict)
        #expect(failure?.constraint == "t_pkey")
        #expect(try connection.query("SELECT count(*) FROM t")[0].int(0) == 3000)
    }

    @Test func `statements of one batch stay prepared together, however many came before`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        // Pairs of new ones, until room must be made at each of the two.
        for turn in 0..<2 {
            try connection.query("SELECT 'turn \(turn)'")
            for number in 0..<510 {
                let batch = (0..<2).map { Statement("SELECT \(turn), \(number), \($0)") }
                #expect(try connection.pipeline(batch).map { $0[0].int(2) } == [0, 1])
            }
        }
        let many = (0..<1200).map { Statement("SELECT \($0), 'many'") }
        #expect(try connection.pipeline(many).map { $0[0].int(0) } == Array(0..<1200))
    }

    @Test func `a text that no index can hold is a value that does not fit, and no fault of ours`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try connection.execute("CREATE TABLE t (name text PRIMARY KEY)")
        // Random, or it would be packed.
        let long = (0..<20_000).map { _ in String(UInt8.random(in: 0...255), radix: 16) }.joined()
        let failure = #expect(throws: StoreError.self) {
            try connection.query("INSERT INTO t VALUES ($1)", [.text(long)])
        }
        #expect(failure?.sqlState == "54000" && failure?.kind == .value)
    }

    @Test(arguments: ["54001", "54011", "54023"])
    func `a statement too deep or too wide for the server is a fault of ours, and no value's`(state: String) throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        let failure = #expect(throws: StoreError.self) {
            try connection.execute("DO $$ BEGIN RAISE EXCEPTION 'too much' USING ERRCODE = '\(state)'; END $$")
        }
        #expect(failure?.sqlState == state && failure?.kind == .other)
    }

    @Test func `COPY takes awkward text and gives everything up on a throw`() throws {
        struct Stop: Error {}
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try connection.execute("CREATE TABLE t (n int, s text, b bytea)")
        let count = try connection.copyIn("COPY t FROM STDIN") { writer in
            try writer.row([1, "tab\tline\nback\\slash \\N", .bytes([0, 9, 10])])
            try writer.row([2, nil, nil])
        }
        #expect(count == 2)
        let rows = try connection.query("SELECT * FROM t ORDER BY n")
        #expect(rows[0].text("s") == "tab\tline\nback\\slash \\N")
        #expect(rows[0].bytes("b") == [0, 9, 10])
        #expect(rows[1].isNull("s"))
        #expect(throws: Stop.self) {
            try connection.copyIn("COPY t FROM STDIN") { writer in
                try writer.row([3, nil, nil])
                throw Stop()
            }
        }
        #expect(throws: StoreError.self) {
            try connection.copyIn("COPY t FROM STDIN") { try $0.row(["not a number", nil, nil]) }
        }
        #expect(try connection.query("SELECT count(*) FROM t")[0].int(0) == 2)
    }

    @Test func `A notification wakes a listener`() throws {
        let database = try TestDatabase(migrated: false)
        let listener = try database.connect()
        try listener.listen("news")
        #expect(try listener.notifications(waitingMilliseconds: 0).isEmpty)
        try database.connect().query("SELECT pg_notify('news', 'one')")
        #expect(try listener.notifications(waitingMilliseconds: 10_000).map(\.payload) == ["one"])
    }

    @Test func `A changed table does not break a kept statement`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try connection.execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
        try connection.query("SELECT * FROM t")
        try connection.execute("ALTER TABLE t ADD m int DEFAULT 2")
        #expect(try connection.query("SELECT * FROM t")[0].int("m") == 2)
    }

    @Test func `Errors name the rule and keep values and SQL to themselves`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try connection.execute("CREATE TABLE t (secret text CONSTRAINT short CHECK (length(secret) < 3))")
        let failure = try #require(throws: StoreError.self) {
            try connection.query("INSERT INTO t VALUES ($1)", ["hunter2"])
        }
        #expect(failure.constraint == "short")
        #expect(!"\(failure)".contains("hunter2"))
        #expect(!"\(failure)".contains("INSERT"))
        #expect(throws: StoreError.self) { try connection.query("SELECT $1::text", ["a\0b"]) }
    }

    @Test func `A cancelled statement says so and the connection lives on`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try connection.execute("SET statement_timeout = 20")
        let failure = #expect(throws: StoreError.self) { try connection.query("SELECT pg_sleep(30)") }
        #expect(failure?.kind == .cancelled)
        #expect(try connection.query("SELECT 1")[0].int(0) == 1)
    }

    @Test func `A database that can't be reached is named without its password`() throws {
        let settings = try ConnectionSettings(url: "postgresql://u:hunter2@127.0.0.1:1/x")
        let failure = try #require(throws: StoreError.self) { try Connection(settings) }
        #expect(failure.kind == .connection)
        #expect(failure.message.contains("127.0.0.1:1/x"))
        #expect(!failure.message.contains("hunter2"))
        #expect(throws: StoreError.self) { try ConnectionSettings(url: "mysql://x") }
    }
}
