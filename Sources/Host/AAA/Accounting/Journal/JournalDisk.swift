import Glibc

/// What makes a journal's bytes durable; a test puts a failing one in its place.
package struct JournalDisk: Sendable {
    /// Of an open file's content. 0, or the number of the error.
    package var syncFile: @Sendable (_ descriptor: Int32) -> Int32
    /// Of a folder's list of names. 0, or the number of the error.
    package var syncFolder: @Sendable (_ path: String) -> Int32

    package init(
        syncFile: @escaping @Sendable (_ descriptor: Int32) -> Int32,
        syncFolder: @escaping @Sendable (_ path: String) -> Int32
    ) {
        self.syncFile = syncFile
        self.syncFolder = syncFolder
    }

    package static let real = JournalDisk(
        syncFile: { fdatasync($0) == 0 ? 0 : errno },
        syncFolder: { path in
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { return errno }
            defer { close(descriptor) }
            return fsync(descriptor) == 0 ? 0 : errno
        })
}
