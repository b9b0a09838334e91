import Glibc

/// The server's own folder. One server at a time has it, by a lock that ends with the process.
struct DataFolder {
    let path: String
    /// Where the local sockets of the processes are.
    var runtime: String { path + "/run" }
    var key: String { path + "/key" }
    /// The private PostgreSQL's own.
    var cluster: String { path + "/postgresql" }
    var journal: String { path + "/journal" }
    private var lockFile: String { path + "/lock" }

    init(_ path: String) { self.path = path }

    /// Makes the folders that are missing. Others may pass through the outer one, since the private PostgreSQL runs as
    /// another user when the server is root; they can list nothing and see nothing inside `run` and `journal`.
    func prepare() throws {
        try DataFolder.make(path, mode: 0o711)
        try DataFolder.make(runtime, mode: 0o700)
        try DataFolder.make(journal, mode: 0o700)
    }

    /// Takes the folder for this process; gives the descriptor that holds it. Throws `.refused` with who holds it.
    func lock() throws -> Int32 {
        let descriptor = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandError.refused("\(lockFile) can't be opened: \(FileText.reason())")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            let holder = holder.map { "process \($0)" } ?? "another process"
            throw CommandError.refused(
                "the data folder \(path) is in use by \(holder)",
                hint: "stop it, or give this one another folder with --data", code: "data_in_use")
        }
        var text = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = text.withUTF8 { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return descriptor
    }

    /// The process that wrote itself into the lock last.
    private var holder: Int32? {
        let text = try? FileText.read(lockFile)
        return text.flatMap { Int32($0.prefix { $0 != "\n" }) }
    }

    /// Makes a folder with the ones above it; leaves one that is there as it is.
    private static func make(_ path: String, mode: mode_t) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw CommandError.refused("\(path) is not a folder") }
            return
        }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try make(String(path[..<slash]), mode: 0o755)
        }
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw CommandError.refused("the folder \(path) can't be made: \(FileText.reason())")
        }
    }
}
