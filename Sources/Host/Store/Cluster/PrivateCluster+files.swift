import Glibc

// The cluster's files: making it, its settings, its socket folder.
extension PrivateCluster {
    /// Major version of the cluster; nil when there is none yet.
    func clusterVersion() throws(StoreError) -> Int? {
        let path = "\(folder)/PG_VERSION"
        if !TextFile.exists(path) { return nil }
        guard let major = Int(String(decoding: try TextFile.read(path), as: UTF8.self).oneLine) else {
            throw StoreError(.setup, "\(path) is damaged; restore the data folder from a backup")
        }
        return major
    }

    /// initdb into a folder beside, renamed when done, so that an interrupted one leaves nothing half made.
    func create(_ programs: PostgresPrograms) throws(StoreError) {
        if TextFile.exists(folder), !(try TextFile.names(in: folder)).isEmpty {
            throw StoreError(.setup, "\(folder) holds something that is no PostgreSQL cluster; move it away")
        }
        let making = folder + ".new"
        Folder.remove(making)
        try Folder.make(making, mode: 0o700)
        guard chown(making, user.uid, user.gid) == 0 else { throw TextFile.failure("can't give away", making) }
        let answer = try ChildProcess.run(
            programs.initdb,
            [
                "--pgdata=\(making)", "--username=\(Self.roleName)", "--auth=peer", "--encoding=UTF8",
                "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
            ] + (isDurable ? [] : ["--no-sync"]), as: user)
        guard answer.status == 0 else {
            Folder.remove(making)
            throw StoreError(.setup, "initdb failed: \(answer.output.oneLine)")
        }
        rmdir(folder)
        guard rename(making, folder) == 0 else { throw TextFile.failure("can't rename", making) }
    }

    /// Our settings, written anew at each start: the socket's place, durability, who may connect.
    func writeConfiguration() throws(StoreError) {
        try write(
            "tollkeeper.conf",
            """
            # Written by Tollkeeper at each start. Settings of your own go into local.conf, which is read after this.
            listen_addresses = ''
            unix_socket_directories = '\(runtimeFolder)'
            unix_socket_permissions = 0700
            port = 5432
            cluster_name = 'tollkeeper'
            fsync = \(isDurable ? "on" : "off")
            synchronous_commit = \(isDurable ? "on" : "off")
            full_page_writes = \(isDurable ? "on" : "off")
            max_connections = 100
            shared_buffers = \(isDurable ? "256MB" : "64MB")
            max_wal_size = 2GB
            logging_collector = on
            log_directory = 'log'
            log_filename = 'postgresql-%a.log'
            log_rotation_age = 1d
            log_truncate_on_rotation = on
            log_line_prefix = '%m [%p] %a '
            log_parameter_max_length = 0
            log_parameter_max_length_on_error = 0
            timezone = 'UTC'
            log_timezone = 'UTC'
            include_if_exists = 'local.conf'

            """)
        try write("pg_hba.conf", "# Written by Tollkeeper at each start.\nlocal all all peer map=tollkeeper\n")
        let names = Set([user.name, ServiceUser.current.name, "root"]).sorted()
        try write("pg_ident.conf", names.map { "tollkeeper \"\($0)\" \(Self.roleName)\n" }.joined())
        try includeOurs()
    }

    private func includeOurs() throws(StoreError) {
        let path = "\(folder)/postgresql.conf"
        let line = "include = 'tollkeeper.conf'"
        let text = String(decoding: try TextFile.read(path), as: UTF8.self)
        if text.split(separator: "\n").contains(Substring(line)) { return }
        try write("postgresql.conf", text + "\n\(line)\n")
    }

    private func write(_ name: String, _ text: String) throws(StoreError) {
        let path = "\(folder)/\(name)"
        try TextFile.write(Array(text.utf8), to: path, mode: 0o600)
        guard chown(path, user.uid, user.gid) == 0 else { throw TextFile.failure("can't give away", path) }
    }

    /// The same for the same data folder, so that commands find the socket; another for each, so that two servers
    /// run side by side.
    static func runtimeFolder(for folder: String) -> String {
        var digest: [UInt8] = []
        Hex.append(Array(Digest.sha256(Array(folder.utf8)).prefix(6)), to: &digest)
        let name = "tollkeeper-" + String(decoding: digest.dropFirst(2), as: UTF8.self)
        if geteuid() == 0 { return "/run/\(name)" }
        if let own = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), own.utf8.count < 60,
            access(own, W_OK) == 0
        {
            return "\(own)/\(name)"
        }
        return "/tmp/\(name)"
    }

    /// Makes the socket's folder and refuses one that someone else made in its place.
    func prepareRuntimeFolder() throws(StoreError) {
        if mkdir(runtimeFolder, 0o700) == 0 {
            guard chown(runtimeFolder, user.uid, user.gid) == 0 else {
                throw TextFile.failure("can't give away", runtimeFolder)
            }
        } else if errno != EEXIST {
            throw TextFile.failure("can't make", runtimeFolder)
        }
        var facts = stat()
        guard lstat(runtimeFolder, &facts) == 0 else { throw TextFile.failure("can't look at", runtimeFolder) }
        guard facts.st_mode & S_IFMT == S_IFDIR, facts.st_mode & 0o077 == 0, facts.st_uid == user.uid else {
            throw StoreError(.setup, "\(runtimeFolder) is not a private folder of \(user.name); remove it")
        }
    }
}
