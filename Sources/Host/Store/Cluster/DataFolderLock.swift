import Glibc

/// One process owns a data folder. The lock goes with the process, however it ends.
package final class DataFolderLock: Sendable {
    private let descriptor: Int32

    /// Makes the folder when it is missing and takes its lock. Throws `.setup` naming the holder.
    /// - holder: what is written for others to read, like `tollkeeper serve`.
    package init(_ folder: String, holder: String) throws(StoreError) {
        try Folder.make(folder, mode: geteuid() == 0 ? 0o711 : 0o700)
        let path = "\(folder)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw TextFile.failure("can't open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            let holder = Self.holder(of: folder) ?? "another process"
            throw StoreError(.setup, "the data folder \(folder) is in use by \(holder)")
        }
        self.descriptor = descriptor
        let text = Array("\(holder), process \(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(descriptor) }

    /// Who holds the folder, as written by him; nil when nobody does.
    package static func holder(of folder: String) -> String? {
        let path = "\(folder)/lock"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        let text = (try? TextFile.read(path)).map { String(decoding: $0, as: UTF8.self).oneLine } ?? ""
        return text.isEmpty ? "another process" : text
    }
}
