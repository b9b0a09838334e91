import CCrypto
import Glibc

/// The files below a folder, with the hash of what is in each; links, and names that begin with a dot, are passed over.
struct FileIndex: Sendable {
    struct File: Sendable {
        /// On disk.
        let path: String
        let size: Int
        /// Seconds and nanoseconds since 1970.
        let modified: [Int]
        /// SHA-256 in hexadecimal digits.
        let hash: String

        var etag: String { "\"\(hash.prefix(32))\"" }

        /// Whether it is still there as it was: another under its name would be taken for what the hash says.
        var isUnchanged: Bool {
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && Int(status.st_size) == size
                && FileIndex.modified(status) == modified
        }
    }

    /// By their paths below the folder: `ui/app.js`.
    private(set) var files: [String: File] = [:]

    /// Throws when the folder can't be read.
    init(_ folder: String) throws(StaticFiles.Failure) { try add(folder, "") }

    private mutating func add(_ folder: String, _ prefix: String) throws(StaticFiles.Failure) {
        guard let stream = opendir(folder) else {
            throw StaticFiles.Failure(description: "\(folder) can't be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(".") { continue }
            let path = folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try add(path, prefix + name + "/")
            } else if status.st_mode & S_IFMT == S_IFREG {
                files[prefix + name] = try FileIndex.file(path)
            }
        }
    }

    private static func file(_ path: String) throws(StaticFiles.Failure) -> File {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw StaticFiles.Failure(description: "\(path) can't be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        var text = [CChar](repeating: 0, count: 65)
        guard tk_sha256_text(bytes, bytes.count, &text) == 1 else {
            throw StaticFiles.Failure(description: "\(path) can't be hashed")
        }
        let hash = String(decoding: text.prefix(64).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return File(path: path, size: bytes.count, modified: modified(status), hash: hash)
    }

    private static func modified(_ status: stat) -> [Int] { [status.st_mtim.tv_sec, status.st_mtim.tv_nsec] }
}
