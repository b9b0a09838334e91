@testable import AAA
import Glibc
import Threads

/// A disk that fails some syncs as Linux tells it: an error once, and then that all is well, whatever was lost.
final class FailingDisk: Sendable {
    private let left = Locked<(files: Int, folders: Int)>((0, 0))

    /// So many of the next syncs of files, and of the folder, fail.
    func fail(files: Int = 0, folders: Int = 0) { left.withLock { $0 = (files, folders) } }

    var disk: JournalDisk {
        JournalDisk(
            syncFile: { [self] _ in left.withLock { FailingDisk.take(&$0.files) } },
            syncFolder: { [self] _ in left.withLock { FailingDisk.take(&$0.folders) } })
    }

    private static func take(_ count: inout Int) -> Int32 {
        guard count > 0 else { return 0 }
        count -= 1
        return EIO
    }
}
