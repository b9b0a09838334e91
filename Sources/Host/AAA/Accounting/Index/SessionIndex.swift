import PluginAPI
import Threads

/// Which session a record belongs to (D11). A NAS may use an Acct-Session-Id again after a reboot, so the id alone
/// names nothing: with our Class the login's key does, without it user and start must fit too.
package final class SessionIndex: Sendable {
    private struct State {
        var table = SessionTable()
        /// Accounting-On and -Off of a NAS that were seen: what was known of its rows is no longer sure.
        var restarts: [Int64: UInt32] = [:]
    }

    private let state = Locked(State())
    private let limit: Int

    /// - limit: sessions remembered; beyond it a new one is told apart by its record alone.
    package init(limit: Int = 5_000_000) { self.limit = limit }

    /// Whose a record is.
    package struct Resolved: Sendable, Hashable {
        package let key: SessionKey
        /// False once the session's Stop has come, whatever this record says: it may be late.
        package let isOpen: Bool
        /// Whether the record only moves on a session whose row this process wrote last.
        package var advances = false
        /// Whether this is the first that this process knows of the session.
        package var isNew = false
    }

    /// The session of the record, new or known; remembers what the record tells.
    /// - described: `DescribedHash` of the record, 0 when it was not made.
    /// - now: milliseconds of a clock that never goes back.
    package func resolve(
        _ record: AccountingRecord, tolerance: Int64, described: UInt64 = 0, now: UInt64 = 0
    ) -> Resolved {
        let place = SessionIndex.place(record)
        let user = SessionEntry.user(record.username)
        return state.withLock { state in
            let restarts = state.restarts[record.nasID] ?? 0
            if let found = state.table.first(place, where: { $0.isOf(record, user: user, tolerance: tolerance) }) {
                return state.table.change(found) { entry in
                    let advances = entry.take(record, described: described, restarts: restarts)
                    entry.changedAt = now
                    return Resolved(key: entry.key, isOpen: entry.isOpen, advances: advances)
                }
            }
            let key = SessionIndex.newKey(record, place, state.table)
            let isOpen = record.status != .stop
            var entry = SessionEntry(record, key: key, place: place, start: record.start, isOpen: isOpen)
            entry.described = described
            entry.restarts = restarts
            entry.changedAt = now
            if state.table.count < limit { state.table.add(entry) }
            return Resolved(key: key, isOpen: isOpen, isNew: true)
        }
    }

    /// The session that a service's or host's record names as its own, of the same user; nil when it names none that is
    /// known. Ids recur: the newest is meant.
    package func parent(of record: AccountingRecord) -> SessionKey? {
        guard let id = record.parentSession else { return nil }
        let place = SessionEntry.place(nas: record.nasID, acctSessionID: id, kind: .session, serviceName: nil)
        let user = SessionEntry.user(record.username)
        return state.withLock { state in
            state.table.first(place) { record.username == nil || $0.user == user }.map { state.table[$0].key }
        }
    }

    /// A session known from the database or the journal, at start.
    package func restore(_ record: AccountingRecord, key: SessionKey, start: Int64, isOpen: Bool) {
        let place = SessionIndex.place(record)
        let entry = SessionEntry(record, key: key, place: place, start: start, isOpen: isOpen)
        state.withLock { state in
            if let known = state.table.first(place, where: { $0.key == key }) {
                state.table.change(known) { _ = $0.take(record, described: 0, restarts: 0) }
            } else if state.table.count < limit {
                state.table.add(entry)
            }
        }
    }

    /// A record was not kept after all: its row is not as `resolve` took it to become.
    package func doubt(_ record: AccountingRecord, key: SessionKey) {
        let place = SessionIndex.place(record)
        state.withLock { state in
            guard let found = state.table.first(place, where: { $0.key == key }) else { return }
            state.table.change(found) { $0.described = 0 }
        }
    }

    /// After an Accounting-On or -Off: rows of this NAS may be other than this process wrote them.
    package func restarted(nas: Int64) { state.withLock { $0.restarts[nas, default: 0] &+= 1 } }

    /// Forgets sessions that ended before `time`: nothing late is expected of them any more.
    package func forget(endedBefore time: Int64) {
        state.withLock { state in
            var gone: [UInt32] = []
            state.table.forEach { index, entry in
                if !entry.isOpen, entry.lastEvent < time { gone.append(index) }
            }
            for index in gone { state.table.remove(index) }
        }
    }

    package var count: Int { state.withLock { $0.table.count } }

    private static func place(_ record: AccountingRecord) -> UInt64 {
        SessionEntry.place(
            nas: record.nasID, acctSessionID: record.acctSessionID, kind: record.kind, serviceName: record.serviceName)
    }

    /// The login's own key for the first Acct-Session-Id that brings it; anything else a digest of what tells the
    /// session apart, so that deciding twice gives the same key.
    private static func newKey(_ record: AccountingRecord, _ place: UInt64, _ table: SessionTable) -> SessionKey {
        if let classKey = record.classKey, record.kind == .session {
            let holder = table.entry(classKey)
            if holder.map({ table[$0].place == place }) ?? true { return classKey }
        }
        return SessionKeyDigest.key(of: [
            "\(record.nasID)", record.acctSessionID, record.username ?? "", record.kind.rawValue,
            record.serviceName ?? "", record.classKey?.hex ?? "\(record.startByNAS)",
        ])
    }
}

// What a successor process, which read the database some seconds ago, is told.
extension SessionIndex {
    /// Appends the sessions that changed at `time` or later.
    package func write(changedSince time: UInt64, into bytes: inout [UInt8]) {
        state.withLock { state in
            state.table.forEach { _, entry in
                if entry.changedAt >= time { entry.append(to: &bytes) }
            }
        }
    }

    /// Takes what `write` of another process appended; false, and what came before stays taken, when the bytes make no
    /// sense.
    @discardableResult
    package func read(_ bytes: inout ArraySlice<UInt8>) -> Bool {
        while !bytes.isEmpty {
            guard let entry = SessionEntry(&bytes) else { return false }
            state.withLock { state in
                if let known = state.table.first(entry.place, where: { $0.key == entry.key }) {
                    state.table.change(known) { $0.takeOver(entry) }
                } else if state.table.count < limit {
                    state.table.add(entry)
                }
            }
        }
        return true
    }
}
