import EventLoop
import Glibc

/// The place in the runtime folder where the data plane that answers is found: a lock that only one process has, and a
/// local socket over which the next `serve` gets its descriptors and tells it what to do.
final class AdoptionPost {
    static let socketName = "radius-adopt.sock"
    static let lockName = "radius.lock"
    private let lock: Int32
    private var listener: LinkListener?

    /// Takes the place, which the predecessor may be about to leave: it waits a second for it. Throws `.refused` when
    /// another process keeps it. `accept` gets the descriptor of each `serve` that joins.
    init(_ loop: EventLoop, runtime: String, _ accept: @escaping (Int32) -> Void) throws {
        let path = "\(runtime)/\(AdoptionPost.lockName)"
        lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw CommandError.refused("can't open \(path): \(FileText.reason())") }
        guard AdoptionPost.take(lock) else {
            close(lock)
            throw CommandError.refused("another radius process answers for \(runtime)")
        }
        listener = try LinkListener(loop, folder: runtime, name: AdoptionPost.socketName, accept)
    }

    deinit {
        listener = nil
        close(lock)
    }

    private static func take(_ lock: Int32) -> Bool {
        for _ in 0..<100 {
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(10_000)
        }
        return false
    }
}
