import PluginAPI
import Threads

/// Who is online, by subscriber, for the session limit. Accounting keeps it up to date; an Accept reserves a place so
/// that two logins at one moment can't both take the last one.
package final class LiveSessions: Sendable {
    final class Shard: Sendable {
        let marks = Locked(SessionShard())
    }

    let shards: [Shard]
    /// From a session's key to its subscriber.
    private let owners = HashIndex()
    let epochs = ScopeEpochs()
    private static let shardCount = 256
    /// An accepted login that sends no Start gives its place back after this long.
    package static let pendingSeconds: Int64 = 60

    package init() { shards = (0..<LiveSessions.shardCount).map { _ in Shard() } }

    package var count: Int { shards.reduce(0) { $0 + $1.marks.withLock { $0.count } } }

    private func shard(_ subscriber: Int64) -> Shard {
        shards[Int(truncatingIfNeeded: ByteHash.of(UInt64(bitPattern: subscriber))) & (LiveSessions.shardCount - 1)]
    }
}

// MARK: - Asking

extension LiveSessions {
    /// The claimant's other sessions, as the limit counts them. Pending ones that never started are left out; ones
    /// silent for longer than the claim's silence are suspect.
    package func tally(_ claim: SessionClaim) -> SessionTally {
        shard(claim.subscriberID).marks.withLock { tally($0, claim) }
    }

    private func tally(_ shard: borrowing SessionShard, _ claim: SessionClaim) -> SessionTally {
        var tally = SessionTally()
        shard.forEach(claim.subscriberID) { entry in
            guard entry.key != claim.key, let state = state(entry, claim.now, claim.silence) else { return }
            tally.add(state, nasID: entry.nasID, mac: entry.macAddress, for: claim)
        }
        return tally
    }

    /// What a mark counts as now; nil for a pending one whose time is over.
    private func state(_ entry: SessionShard.Entry, _ now: Int64, _ silence: Int64) -> SessionMark.State? {
        let age = now - entry.lastHeard
        if entry.state == .pending, age > LiveSessions.pendingSeconds { return nil }
        if entry.lastHeard <= epochs.epoch(entry.scope) { return .suspect }
        return entry.state == .live && age > silence ? .suspect : entry.state
    }

    /// The sessions of a subscriber as they count now, for people and tests; oldest first.
    package func sessions(of subscriber: Int64, now: Int64, silence: Int64) -> [(
        key: SessionKey, state: SessionMark.State
    )] {
        var found: [(key: SessionKey, state: SessionMark.State)] = []
        shard(subscriber).marks.withLock { shard in
            shard.forEach(subscriber) { entry in
                if let state = state(entry, now, silence) { found.append((entry.key, state)) }
            }
        }
        return found.reversed()
    }
}

// MARK: - Changing

extension LiveSessions {
    /// Takes a place for an accepted login, if there is one at this very moment: of two logins only one gets the last.
    /// The device's own ghosts go.
    package func reserve(_ claim: SessionClaim, scope: ScopeKey, limit: Int?, monotonic: UInt64) -> Bool {
        let number = epochs.number(scope)
        let gone: [SessionKey]? = shard(claim.subscriberID).marks.withLock { shard in
            if let limit, tally(shard, claim).counted >= limit { return nil }
            let gone = shard.filter(claim.subscriberID, now: monotonic) { entry in
                entry.key != claim.key && !claim.replaces(nasID: entry.nasID, mac: entry.macAddress)
                    && !(entry.state == .pending && claim.now - entry.lastHeard > LiveSessions.pendingSeconds)
            }
            shard.add(
                SessionShard.Entry(
                    key: claim.key, subscriberID: claim.subscriberID, nasID: claim.nasID,
                    mac: claim.mac?.bits ?? SessionShard.Entry.noMAC, lastHeard: claim.now, changedAt: monotonic,
                    scope: number, next: -1, state: .pending))
            return gone
        }
        guard let gone else { return false }
        for key in gone { disown(key, claim.subscriberID) }
        own(claim.key, claim.subscriberID)
        return true
    }

    /// Adds or renews a session. What was heard of before its NAS restarted leaves it suspect.
    package func put(_ mark: SessionMark, subscriber: Int64, monotonic: UInt64 = 0) {
        put(mark, scope: epochs.number(ScopeKey(mark.scope)), subscriber, monotonic)
    }

    private func put(_ mark: SessionMark, scope: ScopeEpochs.Number, _ subscriber: Int64, _ monotonic: UInt64) {
        put(
            SessionShard.Entry(
                key: mark.key, subscriberID: subscriber, nasID: mark.scope.nasID,
                mac: mark.mac?.bits ?? SessionShard.Entry.noMAC, lastHeard: mark.lastHeard, changedAt: monotonic,
                scope: scope, next: -1, state: mark.state))
    }

    func put(_ new: SessionShard.Entry) {
        let (subscriber, monotonic) = (new.subscriberID, new.changedAt)
        var isKnown = false
        let gone = shard(subscriber).marks.withLock { shard in
            let gone = shard.filter(subscriber, now: monotonic) { old in
                if old.key == new.key {
                    isKnown = true
                    old.renew(new)
                    return true
                }
                return !(old.state == .pending && new.lastHeard - old.lastHeard > LiveSessions.pendingSeconds)
            }
            if !isKnown { shard.add(new) }
            return gone
        }
        for key in gone { disown(key, subscriber) }
        if !isKnown { own(new.key, subscriber) }
    }

    package func remove(_ key: SessionKey, monotonic: UInt64 = 0) {
        var owner: Int64?
        _ = owners.find(LiveSessions.hash(key)) { id in
            owner = id
            return holds(id, key)
        }
        guard let owner else { return }
        let gone = shard(owner).marks.withLock { shard in
            shard.filter(owner, now: monotonic) { $0.key != key }
        }
        for key in gone { disown(key, owner) }
    }

    /// Forgets all marks of one part.
    func clear(_ index: Int) {
        let gone = shards[index].marks.withLock { marks in
            defer { marks = SessionShard() }
            return marks.changed(since: 0)
        }
        for entry in gone { disown(entry.key, entry.subscriberID) }
    }

    private func holds(_ subscriber: Int64, _ key: SessionKey) -> Bool {
        var found = false
        shard(subscriber).marks.withLock { $0.forEach(subscriber) { found = found || $0.key == key } }
        return found
    }

    /// After an Accounting-On or -Off at `time`: what was heard of in that scope until then is suspect from now on.
    package func suspect(at time: Int64, scope: NASScope) { epochs.begin(ScopeKey(scope), at: time) }

    private func own(_ key: SessionKey, _ subscriber: Int64) { owners.insert(LiveSessions.hash(key), subscriber) }

    private func disown(_ key: SessionKey, _ subscriber: Int64) { owners.remove(LiveSessions.hash(key), subscriber) }

    private static func hash(_ key: SessionKey) -> UInt64 { ByteHash.of(key.high ^ key.low) }
}
