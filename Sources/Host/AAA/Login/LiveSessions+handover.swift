import PluginAPI
import Threads

/// What passes to the next generation of the process.
extension LiveSessions {
    /// Appends the marks that changed since `since` (milliseconds of the monotonic clock) and the keys of those that
    /// went. A part whose ends can't all be told passes whole, to be taken in place of what the successor has.
    package func write(changedSince since: UInt64, into bytes: inout [UInt8]) {
        bytes.appendBig(UInt64(LiveSessions.entrySize), bytes: 4)
        bytes.appendBig(UInt64(shards.count), bytes: 4)
        for shard in shards {
            let (gone, changed) = shard.marks.withLock { marks in
                let gone = marks.gone.since(since)
                return (gone, marks.changed(since: gone == nil ? 0 : since))
            }
            bytes.append(gone == nil ? 1 : 0)
            bytes.appendBig(UInt64(gone?.count ?? 0), bytes: 4)
            for one in gone ?? [] { withUnsafeBytes(of: one.key) { bytes += $0 } }
            bytes.appendBig(UInt64(changed.count), bytes: 4)
            for entry in changed {
                withUnsafeBytes(of: entry) { bytes += $0 }
                withUnsafeBytes(of: epochs.scope(entry.scope)) { bytes += $0 }
            }
        }
    }

    /// Takes over what `write` gave; false when it is of another layout or damaged, and then as much as came before.
    package func read(_ bytes: inout ArraySlice<UInt8>) -> Bool {
        guard bytes.takeBig(4) == UInt64(LiveSessions.entrySize), let count = bytes.takeBig(4) else { return false }
        for index in 0..<Int(count) {
            guard let isWhole = bytes.takeBig(1), let gone = bytes.takeBig(4) else { return false }
            if isWhole == 1, Int(count) == shards.count { clear(index) }
            for _ in 0..<gone {
                guard let key = bytes.take(MemoryLayout<SessionKey>.size) else { return false }
                remove(key.withUnsafeBytes { $0.loadUnaligned(as: SessionKey.self) })
            }
            guard let changed = bytes.takeBig(4) else { return false }
            for _ in 0..<changed where !readMark(&bytes) { return false }
        }
        return true
    }

    private func readMark(_ bytes: inout ArraySlice<UInt8>) -> Bool {
        guard let record = bytes.take(LiveSessions.entrySize) else { return false }
        var (entry, scope) = record.withUnsafeBytes { raw in
            (
                raw.loadUnaligned(as: SessionShard.Entry.self),
                raw.loadUnaligned(fromByteOffset: MemoryLayout<SessionShard.Entry>.size, as: ScopeEpochs.Told.self)
            )
        }
        entry.scope = epochs.take(scope)
        put(entry)
        return true
    }

    private static let entrySize = MemoryLayout<SessionShard.Entry>.size + MemoryLayout<ScopeEpochs.Told>.size
}
