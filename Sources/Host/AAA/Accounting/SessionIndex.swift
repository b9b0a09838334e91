import PluginAPI
import Threads

/// Which session a record belongs to (D11). A NAS may use an Acct-Session-Id again after a reboot, so the id alone
/// names nothing: with our Class the login's key does, without it user and start must fit too.
package final class SessionIndex: Sendable {
    private struct Place: Hashable {
        let nas: Int64
        let acctSessionID: String
        let kind: RecordKind
        let serviceName: String?
    }

    private struct Entry {
        var key: SessionKey
        var classKey: SessionKey?
        var username: String?
        var start: Int64
        var lastSeconds: Int64
        var lastEvent: Int64
        var isOpen: Bool
    }

    private struct State {
        var entries: [Place: [Entry]] = [:]
        /// Which Acct-Session-Id first used a login's key.
        var claimed: [SessionKey: Place] = [:]
    }

    private let state = Locked(State())
    /// Without Event-Timestamp a start is reckoned from the time of arrival, which retransmission delays.
    private static let looseToleranceSeconds: Int64 = 60

    package init() {}

    /// Whose a record is.
    package struct Resolved: Sendable, Hashable {
        package let key: SessionKey
        /// False once the session's Stop has come, whatever this record says: it may be late.
        package let isOpen: Bool
    }

    /// The session of the record, new or known; remembers what the record tells.
    package func resolve(_ record: AccountingRecord, tolerance: Int64) -> Resolved {
        state.withLock { state in
            let place = Place(
                nas: record.nasID, acctSessionID: record.acctSessionID, kind: record.kind,
                serviceName: record.serviceName)
            var entries = state.entries[place] ?? []
            if let index = entries.lastIndex(where: { SessionIndex.same($0, record, tolerance) }) {
                SessionIndex.update(&entries[index], record)
                state.entries[place] = entries
                return Resolved(key: entries[index].key, isOpen: entries[index].isOpen)
            }
            let key = SessionIndex.newKey(record, place, &state)
            let isOpen = record.status != .stop
            entries.append(
                Entry(
                    key: key, classKey: record.classKey, username: record.username, start: record.start,
                    lastSeconds: record.sessionSeconds, lastEvent: record.eventTime, isOpen: isOpen))
            state.entries[place] = entries
            return Resolved(key: key, isOpen: isOpen)
        }
    }

    /// The session that a service's or host's record names as its own, of the same user; nil when it names none that is
    /// known. Ids recur: the newest is meant.
    package func parent(of record: AccountingRecord) -> SessionKey? {
        guard let id = record.parentSession else { return nil }
        let place = Place(nas: record.nasID, acctSessionID: id, kind: .session, serviceName: nil)
        return state.withLock { state in
            state.entries[place]?.last { record.username == nil || $0.username == record.username }?.key
        }
    }

    /// A session known from the database, at start.
    package func restore(
        _ record: AccountingRecord, key: SessionKey, start: Int64, isOpen: Bool
    ) {
        state.withLock { state in
            let place = Place(
                nas: record.nasID, acctSessionID: record.acctSessionID, kind: record.kind,
                serviceName: record.serviceName)
            state.entries[place, default: []].append(
                Entry(
                    key: key, classKey: record.classKey, username: record.username, start: start,
                    lastSeconds: record.sessionSeconds, lastEvent: record.eventTime, isOpen: isOpen))
            if let classKey = record.classKey { state.claimed[classKey] = state.claimed[classKey] ?? place }
        }
    }

    /// Forgets sessions that ended before `time`: nothing late is expected of them any more.
    package func forget(endedBefore time: Int64) {
        state.withLock { state in
            for (place, entries) in state.entries {
                let kept = entries.filter { $0.isOpen || $0.lastEvent >= time }
                state.entries[place] = kept.isEmpty ? nil : kept
            }
            state.claimed = state.claimed.filter { state.entries[$0.value] != nil }
        }
    }

    package var count: Int { state.withLock { $0.entries.count } }

    private static func same(_ entry: Entry, _ record: AccountingRecord, _ tolerance: Int64) -> Bool {
        if let ours = record.classKey, let theirs = entry.classKey { return ours == theirs }
        guard entry.username == record.username, (record.classKey == nil) == (entry.classKey == nil) else {
            return false
        }
        // A Start without session time tells its start exactly; so does any record that has the time.
        guard record.hasSessionTime || record.status == .start else { return entry.isOpen }
        let apart = abs(record.start - entry.start)
        if apart <= tolerance { return true }
        guard !record.hasEventTimestamp else { return false }
        return isLate(record, for: entry, tolerance) || sameWithoutTimestamp(entry, record, apart)
    }

    /// Without Event-Timestamp the start is only reckoned. A record that goes on where the open session stood is its
    /// own; after a reboot the session time would begin anew. A Stop that comes again tells the same session time.
    private static func sameWithoutTimestamp(_ entry: Entry, _ record: AccountingRecord, _ apart: Int64) -> Bool {
        switch record.status {
        case .stop where !entry.isOpen: record.sessionSeconds == entry.lastSeconds
        case .start: entry.isOpen && entry.lastSeconds == 0 && apart <= looseToleranceSeconds
        default: entry.isOpen && (apart <= looseToleranceSeconds || record.sessionSeconds >= entry.lastSeconds)
        }
    }

    /// An interim that comes after the Stop and tells of a time before it: a new session can't have begun while the old
    /// one lasted.
    private static func isLate(_ record: AccountingRecord, for entry: Entry, _ tolerance: Int64) -> Bool {
        record.status == .interim && !entry.isOpen && record.sessionSeconds <= entry.lastSeconds
            && record.start + tolerance < entry.lastEvent
    }

    private static func update(_ entry: inout Entry, _ record: AccountingRecord) {
        entry.lastSeconds = max(entry.lastSeconds, record.sessionSeconds)
        entry.lastEvent = max(entry.lastEvent, record.eventTime)
        if record.status == .stop { entry.isOpen = false }
    }

    /// The login's own key for the first Acct-Session-Id that brings it; anything else a digest of what tells the
    /// session apart, so that deciding twice gives the same key.
    private static func newKey(_ record: AccountingRecord, _ place: Place, _ state: inout State) -> SessionKey {
        if let classKey = record.classKey, record.kind == .session {
            let holder = state.claimed[classKey]
            if holder == nil || holder == place {
                state.claimed[classKey] = place
                return classKey
            }
        }
        return SessionKeyDigest.key(of: [
            "\(record.nasID)", record.acctSessionID, record.username ?? "", record.kind.rawValue,
            record.serviceName ?? "", record.classKey?.hex ?? "\(record.start)",
        ])
    }
}
