import PluginAPI

/// One part of the live sessions: the marks of some subscribers, each subscriber's in a chain. Guarded by the lock
/// around it.
struct SessionShard: Sendable {
    struct Entry: BitwiseCopyable {
        var key: SessionKey
        var subscriberID: Int64
        var nasID: Int64
        /// `noMAC` for none.
        var mac: UInt64
        /// Seconds since 1970.
        var lastHeard: Int64
        /// Milliseconds of the monotonic clock.
        var changedAt: UInt64
        var scope: ScopeEpochs.Number
        /// The subscriber's next; -1 at the end.
        var next: Int32
        var state: SessionMark.State

        static let noMAC = UInt64.max
        var macAddress: MACAddress? { mac == Entry.noMAC ? nil : MACAddress(bits: mac) }

        /// Takes over what a newer mark of the session says. One that is no newer leaves a suspect session suspect.
        mutating func renew(_ new: Entry) {
            let staysSuspect = state == .suspect && new.lastHeard <= lastHeard
            let (lastHeard, next) = (max(lastHeard, new.lastHeard), next)
            self = new
            self.lastHeard = lastHeard
            self.next = next
            if staysSuspect { state = .suspect }
        }
    }

    private var entries: [Entry] = []
    private var free: [Int32] = []
    private var heads: [Int64: Int32] = [:]
    /// What went lately, for a successor; see `SessionShard+handover`.
    var gone = GoneSessions()

    var count: Int { entries.count - free.count }

    /// Calls `body` with each mark of a subscriber; what it returns false for goes.
    mutating func filter(_ subscriber: Int64, now: UInt64, _ body: (inout Entry) -> Bool) -> [SessionKey] {
        var removed: [SessionKey] = []
        guard var slot = heads[subscriber] else { return removed }
        var before: Int32 = -1
        while slot >= 0 {
            let next = entries[Int(slot)].next
            if body(&entries[Int(slot)]) {
                before = slot
            } else {
                removed.append(entries[Int(slot)].key)
                unlink(slot, before, subscriber, now)
            }
            slot = next
        }
        return removed
    }

    func forEach(_ subscriber: Int64, _ body: (Entry) -> Void) {
        var slot = heads[subscriber] ?? -1
        while slot >= 0 {
            body(entries[Int(slot)])
            slot = entries[Int(slot)].next
        }
    }

    func forEach(_ body: (Entry) -> Void) {
        for head in heads.values {
            var slot = head
            while slot >= 0 {
                body(entries[Int(slot)])
                slot = entries[Int(slot)].next
            }
        }
    }

    func changed(since time: UInt64) -> [Entry] {
        var changed: [Entry] = []
        forEach { if $0.changedAt >= time { changed.append($0) } }
        return changed
    }

    mutating func add(_ new: Entry) {
        var entry = new
        entry.next = heads[new.subscriberID] ?? -1
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
            entries[Int(slot)] = entry
        } else {
            slot = Int32(entries.count)
            entries.append(entry)
        }
        heads[new.subscriberID] = slot
    }

    private mutating func unlink(_ slot: Int32, _ before: Int32, _ subscriber: Int64, _ now: UInt64) {
        let entry = entries[Int(slot)]
        gone.note(entry.key, subscriber, at: now)
        free.append(slot)
        if before >= 0 {
            entries[Int(before)].next = entry.next
        } else if entry.next >= 0 {
            heads[subscriber] = entry.next
        } else {
            heads[subscriber] = nil
        }
    }
}

/// The last sessions that ended, so that a successor which loaded them as live learns of it.
struct GoneSessions: Sendable {
    struct Gone: BitwiseCopyable {
        let key: SessionKey
        let subscriberID: Int64
        let at: UInt64
    }

    private var ring: [Gone] = []
    private var next = 0
    static let limit = 4096

    mutating func note(_ key: SessionKey, _ subscriber: Int64, at: UInt64) {
        let gone = Gone(key: key, subscriberID: subscriber, at: at)
        if ring.count < GoneSessions.limit {
            ring.append(gone)
        } else {
            ring[next] = gone
            next = (next + 1) % GoneSessions.limit
        }
    }

    /// nil when more went since then than is kept.
    func since(_ time: UInt64) -> [Gone]? {
        if ring.count == GoneSessions.limit, ring[next].at >= time { return nil }
        return ring.filter { $0.at >= time }
    }
}
