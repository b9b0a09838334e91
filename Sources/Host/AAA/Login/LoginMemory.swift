import PluginAPI
import RADIUS
import Threads

/// What was sent at login, by session key, until the session's accounting has taken it up. Bounded; forgetting costs
/// a column, never a session.
package final class LoginMemory: Sendable {
    /// Small: every login writes one, to memory that is in no cache.
    fileprivate struct Kept: BitwiseCopyable {
        var subscriberID: Int64
        /// 0 for none.
        var serviceID: Int64
        /// Milliseconds of the monotonic clock.
        var keptAt: UInt64
        /// Seconds since 1970.
        var at: UInt32
        var ipv4: UInt32
        var tierPosition: Int16
        var hasIPv4: Bool
        /// The rest of its addresses is in the other table.
        var hasMore: Bool
    }

    private final class Shard: Sendable {
        let logins: Locked<RingTable<Kept>>
        let addresses: Locked<RingTable<StaticAddresses>>
        let hint: RingHint

        init(_ capacity: Int) {
            let made = RingTable<Kept>(capacity: capacity)
            hint = made.hint
            logins = Locked(made)
            addresses = Locked(RingTable(capacity: capacity))
        }
    }

    private let shards: [Shard]

    package init(limit: Int = 200_000, shards count: Int = 16) {
        shards = (0..<count).map { _ in Shard(max(1, limit / count)) }
    }

    package func keep(_ key: SessionKey, _ login: SentLogin, now: UInt64) {
        let shard = shard(key)
        let kept = Kept(login, at: now)
        shard.logins.withLock { $0.put(key, kept) }
        if kept.hasMore { shard.addresses.withLock { $0.put(key, login.addresses) } }
    }

    /// Asks for the memory that `keep` will want, while something else is done.
    func prefetch(_ key: SessionKey) { shard(key).hint.prefetch(RingTable<Kept>.hash(key)) }

    package func login(_ key: SessionKey?) -> SentLogin? {
        guard let key, let kept = shard(key).logins.withLock({ $0[key] }) else { return nil }
        var login = kept.login
        if kept.hasMore, let all = shard(key).addresses.withLock({ $0[key] }) { login.addresses = all }
        return login
    }

    private func shard(_ key: SessionKey) -> Shard { shards[Int(truncatingIfNeeded: key.low >> 32) % shards.count] }
}

/// What an Access-Accept gave, kept until accounting tells of the session.
package struct SentLogin: Sendable, Hashable {
    package var at: Int64
    package var subscriberID: Int64
    package var serviceID: Int64?
    package var tierPosition: Int
    package var addresses: StaticAddresses
}

extension LoginMemory.Kept {
    fileprivate init(_ login: SentLogin, at now: UInt64) {
        let addresses = login.addresses
        self.init(
            subscriberID: login.subscriberID, serviceID: login.serviceID ?? 0, keptAt: now,
            at: UInt32(clamping: login.at), ipv4: UInt32(truncatingIfNeeded: addresses.ipv4?.low ?? 0),
            tierPosition: Int16(clamping: login.tierPosition), hasIPv4: addresses.ipv4 != nil,
            hasMore: addresses.ipv6 != nil || addresses.ipv6Prefix != nil || addresses.delegatedPrefix != nil
                || addresses.interfaceID != nil)
    }

    fileprivate var login: SentLogin {
        var addresses = StaticAddresses()
        if hasIPv4 { addresses.ipv4 = IPAddress(ipv4: ipv4) }
        return SentLogin(
            at: Int64(at), subscriberID: subscriberID, serviceID: serviceID == 0 ? nil : serviceID,
            tierPosition: Int(tierPosition), addresses: addresses)
    }
}

// MARK: - To the next generation

extension LoginMemory {
    /// Appends what was kept since `since` (milliseconds of the monotonic clock), as it lies in memory: a successor on
    /// the same machine reads it, and one of another layout refuses it by the sizes.
    package func write(changedSince since: UInt64, into bytes: inout [UInt8]) {
        bytes.appendBig(UInt64(LoginMemory.entrySize), bytes: 4)
        for shard in shards {
            shard.logins.withLock { logins in
                logins.forEach { key, kept in
                    guard kept.keptAt >= since else { return }
                    let all = kept.hasMore ? shard.addresses.withLock { $0[key] } : nil
                    withUnsafeBytes(of: (key, kept, all ?? kept.login.addresses)) { bytes += $0 }
                }
            }
        }
    }

    package func read(_ bytes: inout ArraySlice<UInt8>) {
        guard bytes.takeBig(4) == UInt64(LoginMemory.entrySize) else { return }
        while let entry = bytes.take(LoginMemory.entrySize) {
            let (key, kept, all) = entry.withUnsafeBytes {
                $0.loadUnaligned(as: (SessionKey, Kept, StaticAddresses).self)
            }
            shard(key).logins.withLock { $0.put(key, kept) }
            if kept.hasMore { shard(key).addresses.withLock { $0.put(key, all) } }
        }
    }

    private static let entrySize = MemoryLayout<(SessionKey, Kept, StaticAddresses)>.size
}
