import Glibc

/// One process owns a journal folder: a locked file in it, and the one file of earlier versions while it is there.
final class JournalLock {
    private var descriptors: [Int32] = []

    init(folder: String) throws(JournalError) {
        try take(folder + "/lock", O_RDWR | O_CREAT)
        let old = folder + "/" + JournalSegment.oldName
        if access(old, F_OK) == 0 { try take(old, O_RDWR) }
    }

    deinit { release() }

    func release() {
        for descriptor in descriptors { close(descriptor) }
        descriptors = []
    }

    private func take(_ path: String, _ flags: Int32) throws(JournalError) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(.setup, "can't open \(path): \(JournalFile.reason())")
        }
        descriptors.append(descriptor)
        guard JournalLock.wait(descriptor) else {
            release()
            throw JournalError(.setup, "\(path) is in use by another process")
        }
    }

    /// The owner before may be about to end, and a child that is being started shares its descriptors for a moment; a
    /// second is enough for both.
    private static func wait(_ descriptor: Int32) -> Bool {
        for _ in 0..<100 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(10_000)
        }
        return false
    }
}
