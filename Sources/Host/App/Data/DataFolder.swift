import Glibc
import Store

/// The server's own folder. One server at a time has it, by a lock that ends with the process.
struct DataFolder {
    let path: String
    /// Where the local sockets of the processes are.
    var runtime: String { path + "/run" }
    var key: String { path + "/key" }
    var journal: String { path + "/journal" }
    /// The policy for a start without the database, sealed.
    var snapshot: String { path + "/snapshot" }
    /// The certificate of our own, with its key.
    var tls: String { path + "/tls" }
    /// Says which database was made ready.
    var setUp: String { path + "/set-up" }

    init(_ path: String) { self.path = path }

    /// Makes the folders that are missing. Others may pass through the outer one, since the private PostgreSQL runs as
    /// another user when the server is root; they can list nothing and see nothing inside `run` and `journal`.
    func prepare() throws {
        try DataFolder.make(path, mode: 0o711)
        try DataFolder.make(runtime, mode: 0o700)
        try DataFolder.make(journal, mode: 0o700)
    }

    /// Takes the folder for this process, for as long as the result is kept; or, for a server that runs one process
    /// alone, that process' part of it. Throws naming who holds it.
    func lock(_ holder: String, part: String? = nil) throws -> DataFolderLock {
        do {
            return try DataFolderLock(part.map { "\(runtime)/\($0)" } ?? path, holder: holder)
        } catch {
            throw CommandError.refused(
                error.message, hint: "stop it, or give this one another folder with --data", code: "data_in_use")
        }
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
