import Glibc
import Store
import Support
import Testing

@Suite struct MigratorTests {
    @Test func `All migrations apply to an empty database, once`() throws {
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        let migrator = try Migrator(folder: TestDatabase.migrationsFolder)
        #expect(try migrator.check(connection) == migrator.migrations.map(\.name))
        #expect(try migrator.migrate(connection) == migrator.migrations.map(\.name))
        #expect(try migrator.migrate(connection) == [])
        #expect(try migrator.check(connection) == [])
    }

    @Test func `A changed old migration is refused and named`() throws {
        let folder = ScratchFolder()
        folder.write("CREATE TABLE a (n int)", to: "0001_a.sql")
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        try Migrator(folder: folder.path).migrate(connection)
        folder.write("CREATE TABLE a (n bigint)", to: "0001_a.sql")
        let failure = #expect(throws: StoreError.self) { try Migrator(folder: folder.path).migrate(connection) }
        #expect(failure?.kind == .setup)
        #expect(failure?.message.contains("0001_a.sql has changed") == true)
    }

    @Test func `A failing migration leaves nothing and keeps the earlier ones`() throws {
        let folder = ScratchFolder()
        folder.write("CREATE TABLE a (n int)", to: "0001_a.sql")
        folder.write("CREATE TABLE b (n int); SELECT nonsense", to: "0002_b.sql")
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        let failure = #expect(throws: StoreError.self) { try Migrator(folder: folder.path).migrate(connection) }
        #expect(failure?.message.contains("0002_b.sql") == true)
        let names = try connection.query("SELECT to_regclass('a') IS NULL, to_regclass('b') IS NULL")[0]
        #expect(!names.bool(0))
        #expect(names.bool(1))
    }

    @Test func `A schema made for a newer binary is refused; one that merely is newer is not`() throws {
        let folder = ScratchFolder()
        folder.write("CREATE TABLE a (n int)", to: "0001_a.sql")
        let database = try TestDatabase(migrated: false)
        let connection = try database.connect()
        let old = try Migrator(folder: folder.path, binaryVersion: 3)
        try old.migrate(connection)
        folder.write("CREATE TABLE b (n int)", to: "0002_b.sql")
        try Migrator(folder: folder.path, binaryVersion: 4).migrate(connection)
        #expect(try old.migrate(connection) == [])
        try connection.execute("INSERT INTO schema_requirements VALUES ('core', 4)")
        let failure = #expect(throws: StoreError.self) { try old.migrate(connection) }
        #expect(failure?.message.contains("version 4 or later") == true)
    }

    @Test func `Two migrators at once take turns`() async throws {
        let database = try TestDatabase(migrated: false)
        let settings = database.settings
        let migrator = try Migrator(folder: TestDatabase.migrationsFolder)
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 { group.addTask { try migrator.migrate(Connection(settings)).count } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(applied.sorted() == [0, migrator.migrations.count])
    }
}
