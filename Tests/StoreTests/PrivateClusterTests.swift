import Glibc
import Store
import Support
import Testing

@Suite(.serialized) struct PrivateClusterTests {
    /// The postmaster's process id, from its file in the data folder.
    private func postmaster(_ folder: String) -> Int32 {
        guard let file = fopen("\(folder)/postgresql/postmaster.pid", "r") else { return -1 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, 32, file) != nil else { return -1 }
        return atoi(line)
    }

    /// Waits for a killed process of which nobody else will learn.
    private func reap(_ process: Int32) {
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    @Test func `A cluster is made, durable, private, and keeps its data over a restart`() throws {
        let scratch = ScratchFolder()
        let data = scratch.path + "/data"
        let cluster = try PrivateCluster(dataFolder: data)
        try cluster.start()
        defer { cluster.stop() }
        let connection = try Connection(cluster.settings)
        let setting = try connection.query(
            """
            SELECT current_setting('fsync') || current_setting('synchronous_commit') AS durable,
                   current_setting('listen_addresses') AS addresses, current_user::text AS who
            """)[0]
        #expect(setting.text("durable") == "onon")
        #expect(setting.text("addresses") == "")
        #expect(setting.text("who") == "tollkeeper")
        try connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        cluster.stop()
        #expect(PrivateCluster.running(dataFolder: data) == nil)
        try cluster.start()
        #expect(!cluster.wasAdopted)
        #expect(try Connection(cluster.settings).query("SELECT n FROM kept")[0].int(0) == 1)
    }

    @Test func `PostgreSQL never runs as root`() throws {
        let scratch = ScratchFolder()
        let cluster = try PrivateCluster(dataFolder: scratch.path)
        try cluster.start()
        defer { cluster.stop() }
        var facts = stat()
        #expect(stat("/proc/\(postmaster(scratch.path))", &facts) == 0)
        #expect(facts.st_uid != 0)
    }

    @Test func `A living postmaster is adopted by the next owner`() throws {
        let scratch = ScratchFolder()
        let first = try PrivateCluster(dataFolder: scratch.path)
        try first.start()
        let process = postmaster(scratch.path)
        let second = try PrivateCluster(dataFolder: scratch.path)
        try second.start()
        #expect(second.wasAdopted)
        #expect(postmaster(scratch.path) == process)
        #expect(PrivateCluster.running(dataFolder: scratch.path) == second.settings)
        second.stop()
        #expect(PrivateCluster.running(dataFolder: scratch.path) == nil)
        #expect(throws: StoreError.self) { try Connection(second.settings) }
    }

    @Test func `A living postmaster whose socket was removed is started again`() throws {
        let scratch = ScratchFolder()
        let first = try PrivateCluster(dataFolder: scratch.path)
        try first.start()
        try Connection(first.settings).execute("CREATE TABLE kept AS SELECT 1 AS n")
        let process = postmaster(scratch.path)
        let socketFolder = try #require(
            first.settings.description.split(separator: ":").first { $0.hasPrefix("/") }.map(String.init))
        Folder.remove(socketFolder)
        let second = try PrivateCluster(dataFolder: scratch.path)
        try second.start()
        defer { second.stop() }
        #expect(!second.wasAdopted)
        #expect(postmaster(scratch.path) != process)
        #expect(try Connection(second.settings).query("SELECT n FROM kept")[0].int(0) == 1)
    }

    @Test func `A postmaster that fell is started again, one that runs is left alone`() throws {
        let scratch = ScratchFolder()
        let data = scratch.path + "/data"
        let cluster = try PrivateCluster(dataFolder: data)
        try cluster.start()
        defer { cluster.stop() }
        #expect(try !cluster.startAgainIfEnded())
        try Connection(cluster.settings).execute("CREATE TABLE kept AS SELECT 1 AS n")
        let process = postmaster(data)
        kill(process, SIGKILL)
        // Till it has ended, leaving its end for the cluster to find.
        var end = siginfo_t()
        #expect(waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT) == 0)
        #expect(try cluster.startAgainIfEnded())
        #expect(try Connection(cluster.settings).query("SELECT n FROM kept")[0].int(0) == 1)
    }

    @Test func `After kill -9 of the postmaster its orphans are ended and what was committed is there`() throws {
        let scratch = ScratchFolder()
        let cluster = try PrivateCluster(dataFolder: scratch.path)
        try cluster.start()
        let connection = try Connection(cluster.settings)
        try connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        let process = postmaster(scratch.path)
        let backend = Int32(connection.backendID)
        // Stopped, the backend can't notice its postmaster's death: the orphan that keeps the next start out.
        kill(backend, SIGSTOP)
        kill(process, SIGKILL)
        reap(process)
        let next = try PrivateCluster(dataFolder: scratch.path)
        try next.start()
        defer { next.stop() }
        #expect(!next.wasAdopted)
        // Gone, or a zombie, which has no working directory.
        #expect(access("/proc/\(backend)/cwd/.", F_OK) != 0)
        #expect(try Connection(next.settings).query("SELECT n FROM kept")[0].int(0) == 1)
    }

    @Test func `A pid file that names a stranger's process does not keep the cluster from starting`() throws {
        let scratch = ScratchFolder()
        let cluster = try PrivateCluster(dataFolder: scratch.path)
        try cluster.start()
        cluster.stop()
        scratch.write("\(getppid())\n\(scratch.path)/postgresql\n", to: "postgresql/postmaster.pid")
        try cluster.start()
        #expect(try Connection(cluster.settings).query("SELECT 1")[0].int(0) == 1)
        cluster.stop()
        #expect(kill(getppid(), 0) == 0)
    }

    @Test func `An initdb that was cut short is begun again`() throws {
        let scratch = ScratchFolder()
        mkdir(scratch.path + "/postgresql.new", 0o700)
        scratch.write("15\n", to: "postgresql.new/PG_VERSION")
        let cluster = try PrivateCluster(dataFolder: scratch.path)
        try cluster.start()
        #expect(try Connection(cluster.settings).query("SELECT 1")[0].int(0) == 1)
        cluster.stop()
    }

    @Test func `A cluster of a version that is not installed is refused by name`() throws {
        let scratch = ScratchFolder()
        mkdir(scratch.path + "/postgresql", 0o700)
        scratch.write("9\n", to: "postgresql/PG_VERSION")
        let cluster = try PrivateCluster(dataFolder: scratch.path)
        let failure = #expect(throws: StoreError.self) { try cluster.start() }
        #expect(failure?.message.contains("postgresql-9") == true)
    }

    @Test func `A folder its user can't enter is named`() throws {
        // Only root hands the cluster to another user.
        guard geteuid() == 0 else { return }
        let scratch = ScratchFolder()
        mkdir(scratch.path + "/closed", 0o700)
        let cluster = try PrivateCluster(dataFolder: scratch.path + "/closed/data")
        let failure = #expect(throws: StoreError.self) { try cluster.start() }
        #expect(failure?.message.contains("can't enter \(scratch.path)/closed.") == true)
    }

    @Test func `A data folder has one owner, and a second is told who`() throws {
        let scratch = ScratchFolder()
        let data = scratch.path + "/data"
        #expect(DataFolderLock.holder(of: data) == nil)
        do {
            let lock = try DataFolderLock(data, holder: "tollkeeper serve")
            let failure = #expect(throws: StoreError.self) { try DataFolderLock(data, holder: "another") }
            #expect(failure?.message.contains("tollkeeper serve, process \(getpid())") == true)
            #expect(DataFolderLock.holder(of: data)?.hasPrefix("tollkeeper serve") == true)
            withExtendedLifetime(lock) {}
        }
        #expect(DataFolderLock.holder(of: data) == nil)
    }
}
