import PluginAPI
import Threads

/// What was sent at login, by session key, until the session's accounting has taken it up. Bounded; forgetting costs
/// a column, never a session.
package final class LoginMemory: Sendable {
    private struct Kept: BitwiseCopyable {
        var login: SentLogin
        /// Milliseconds of the monotonic clock.
        var keptAt: UInt64
    }

    private final class Shard: Sendable {
        let table: Locked<RingTable<Kept>>
        init(_ capacity: Int) { table = Locked(RingTable(capacity: capacity)) }
    }

    private let shards: [Shard]

    package init(limit: Int = 200_000, shards count: Int = 16) {
        shards = (0..<count).map { _ in Shard(max(1, limit / count)) }
    }

    package func keep(_ key: SessionKey, _ login: SentLogin, now: UInt64) {
        shard(key).table.withLock { $0.put(key, Kept(login: login, keptAt: now)) }
    }

    package func login(_ key: SessionKey?) -> SentLogin? {
        guard let key else { return nil }
        return shard(key).table.withLock { $0[key]?.login }
    }

    private func shard(_ key: SessionKey) -> Shard { shards[Int(truncatingIfNeeded: key.low >> 32) % shards.count] }
}

/// What an Access-Accept gave, kept until accounting tells of the session.
package struct SentLogin: Sendable, Hashable, BitwiseCopyable {
    package var at: Int64
    package var subscriberID: Int64
    package var serviceID: Int64?
    package var tierPosition: Int
    package var addresses: StaticAddresses
}

// MARK: - To the next generation

extension LoginMemory {
    /// Appends what was kept since `since` (milliseconds of the monotonic clock), as it lies in memory: a successor of
    /// the same machine reads it, and one of another layout refuses the section by its entry size.
    package func write(changedSince since: UInt64, into bytes: inout [UInt8]) {
        bytes.appendBig(UInt64(LoginMemory.entrySize), bytes: 4)
        for shard in shards {
            shard.table.withLock { table in
                table.forEach { key, kept in
                    guard kept.keptAt >= since else { return }
                    withUnsafeBytes(of: (key, kept)) { bytes += $0 }
                }
            }
        }
    }

    package func read(_ bytes: inout ArraySlice<UInt8>) {
        guard bytes.takeBig(4) == UInt64(LoginMemory.entrySize) else { return }
        while let entry = bytes.take(LoginMemory.entrySize) {
            let (key, kept) = entry.withUnsafeBytes { $0.loadUnaligned(as: (SessionKey, Kept).self) }
            shard(key).table.withLock { $0.put(key, kept) }
        }
    }

    private static let entrySize = MemoryLayout<(SessionKey, Kept)>.size
}
