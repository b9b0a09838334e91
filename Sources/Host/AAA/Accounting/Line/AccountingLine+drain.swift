import Glibc
import Store

extension AccountingLine {
    /// The clean end: everything that was taken is durable, in the database or on the journal's disk, and answered;
    /// the journal is closed and free for a successor. Waits for the database as long as `patience` milliseconds.
    /// - clock: milliseconds of the line's clock.
    package func drain(patience: UInt64 = 1000, clock: () -> UInt64) {
        let end = clock() + patience
        while stored + 1 < nextSeq || !open.isEmpty, !isAway, clock() < end {
            take([], now: clock())
            if stored + 1 < nextSeq { rest(milliseconds: 20) }
        }
        seal()
        sync()
        if flight != nil { store.connection?.canceller().cancel() }
        flight = nil
        store.drop()
        journal.close()
    }

    /// Waits until the database says something.
    func rest(milliseconds: Int32) {
        let awaited = awaited
        let events = POLLIN | (awaited?.wantsToWrite == true ? POLLOUT : 0)
        var watched = pollfd(fd: awaited?.descriptor ?? -1, events: Int16(events), revents: 0)
        _ = poll(&watched, 1, milliseconds)
    }
}
