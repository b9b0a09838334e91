import Glibc
package import Store
import Synchronization
import Threads

/// A database of its own for a test, on a PostgreSQL that is started once a run and goes with it.
///
/// Nothing in it is durable, and it stays until the run ends, so that no connection loses it early. As root it runs as an unprivileged user, like the real one.
package struct TestDatabase: Sendable {
    package let settings: ConnectionSettings

    /// A database with every migration applied, or an empty one.
    package init(migrated: Bool = true) throws {
        let cluster = try TestCluster.shared()
        let name = "test_\(TestCluster.next())"
        let owner = try Connection(cluster.database("postgres"))
        if migrated { try TestCluster.makeTemplate(owner, cluster) }
        try owner.execute("CREATE DATABASE \(name) TEMPLATE \(migrated ? "migrated" : "template0")")
        settings = cluster.database(name)
    }

    package func connect() throws -> Connection { try Connection(settings) }

    /// The core's migrations, found from this source file.
    package static var migrationsFolder: String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/Sources/Host/Store/Migrations"
    }
}

/// The PostgreSQL that all tests of a run share.
private enum TestCluster {
    private struct State: @unchecked Sendable {
        var cluster: PrivateCluster?
        var settings: ConnectionSettings?
        var failure: StoreError?
        var hasTemplate = false
    }

    private static let state = Locked(State())
    private static let counter = Atomic<Int>(0)

    static func next() -> Int { counter.add(1, ordering: .relaxed).newValue }

    static func shared() throws -> ConnectionSettings {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            if let settings = state.settings { return settings }
            do {
                let folder = "/tmp/tollkeeper-tests-\(getpid())"
                let cluster = try PrivateCluster(dataFolder: folder, durable: false)
                try cluster.start()
                atexit { TestCluster.end() }
                state.cluster = cluster
                state.settings = cluster.settings
                return cluster.settings
            } catch let failure as StoreError {
                state.failure = failure
                throw failure
            }
        }
    }

    /// Migrating takes a second; copying a migrated database a twentieth of it.
    static func makeTemplate(_ owner: Connection, _ settings: ConnectionSettings) throws {
        try state.withLock { state in
            if state.hasTemplate { return }
            try owner.execute("CREATE DATABASE migrated TEMPLATE template0")
            let connection = try Connection(settings.database("migrated"))
            try Migrator(folder: TestDatabase.migrationsFolder).migrate(connection)
            state.hasTemplate = true
        }
    }

    static func end() {
        state.withLock { state in
            state.cluster?.stop()
            state.cluster?.erase()
        }
    }
}
