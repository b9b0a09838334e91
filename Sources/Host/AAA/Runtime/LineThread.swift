import Glibc
import RADIUS
import Store

/// The thread that owns the accounting line.
enum LineThread {
    private static let forgetEverySeconds: Int64 = 3600
    /// A record of a session that ended longer ago is not taken for it: its row has moved to its month by then.
    private static let lateSeconds: Int64 = 86_400
    /// Milliseconds for which records only gather while a batch is on its way: each one would wake the thread.
    private static let gatherMilliseconds: Int32 = 1
    private static let idleMilliseconds: Int32 = 200

    /// What the thread works with.
    struct Parts: Sendable {
        let items: Mailbox<AccountingItem>
        let outboxes: [Outbox]
        let watched: Watched
        let index: SessionIndex
        let status: LineStatus
        let events: any EventSink
        /// Reads the journal's entries.
        let service: AccountingService?
    }

    /// Opens the journal, takes back what the database does not have yet, and starts.
    /// - connection: nil while the database is away.
    static func start(
        _ settings: RadiusRuntime.Settings, _ connection: Connection?, _ parts: Parts
    ) throws -> WorkerThread {
        let opened = try Journal.open(folder: settings.journalFolder, limit: settings.journalLimit)
        if opened.cut > 0 {
            settings.log("the journal's torn end was cut off and kept beside it as .cut: \(opened.cut) bytes")
        }
        for damage in opened.damage {
            settings.log(damage)
            parts.events.alarm(kind: .journalDamage, subject: settings.node, message: damage)
        }
        let stored = try connection.map { try AccountingWriter($0, node: settings.node).watermark() }
        // Of a new journal whose count the database can't tell now, the clock's: above any count by ones.
        let first = max(opened.next ?? 1, stored.map { $0 + 1 } ?? 1)
        let isLost = opened.next == nil && stored == nil
        let restored = try restore(opened.journal, after: stored ?? 0, parts.service)
        if restored > 0 { settings.log("\(restored) accounting records are taken from the journal") }
        var limits = AccountingLine.Limits()
        limits.ahead = settings.journalAhead
        let line = AccountingLine(
            journal: opened.journal, node: settings.node,
            firstSeq: isLost ? UInt64(clamping: Moment.now().wall) * 1_000_000 : first, stored: stored ?? 0,
            limits: limits, status: parts.status, reports: reports(settings, parts), inBackground: true,
            wake: { [items = parts.items] in items.wake() },
            reread: { [service = parts.service] in service?.reread($0) },
            connect: { [database = settings.database] in try Connection(database) })
        let owned = Handover(line)
        return WorkerThread("line") { run(owned.value, parts) }
    }

    /// Sessions of which an earlier process kept records that the database lacks are known again; how many records.
    private static func restore(
        _ journal: Journal, after stored: UInt64, _ service: AccountingService?
    ) throws(JournalError) -> Int {
        var seq = stored
        var count = 0
        while true {
            let batches = try journal.read(after: seq)
            guard let last = batches.last?.seq else { return count }
            for entry in batches.flatMap(\.entries) { _ = service?.restore(entry) }
            count += batches.reduce(0) { $0 + $1.entries.count }
            seq = last
        }
    }

    private static func reports(_ settings: RadiusRuntime.Settings, _ parts: Parts) -> LineReports {
        LineReports(
            log: settings.log,
            raise: { [events = parts.events, node = settings.node] in
                events.alarm(kind: $0, subject: node, message: $1)
            },
            clear: { [events = parts.events, node = settings.node] in events.cleared(kind: $0, subject: node) },
            stored: { [watched = parts.watched] records, microseconds in
                watched.counters.add("accounting_batches")
                watched.counters.add("accounting_batched_records", by: UInt64(records))
                watched.metrics.accountingBatch.observe(Int64(records))
                watched.metrics.commitSeconds.observe(microseconds)
            })
    }

    /// Gives the line to its thread, which alone uses it from then on.
    private struct Handover: @unchecked Sendable {
        let value: AccountingLine
        init(_ value: AccountingLine) { self.value = value }
    }

    private static func run(_ line: AccountingLine, _ parts: Parts) {
        let batch = DatagramBatch()
        var forgetAt = Moment.now().wall + forgetEverySeconds
        while let taken = parts.items.take(most: 1000, waitingMilliseconds: 0) {
            let now = Moment.now()
            line.take(taken, now: now.monotonic)
            send(parts, batch)
            if now.wall >= forgetAt {
                parts.index.forget(endedBefore: now.wall - lateSeconds)
                forgetAt = now.wall + forgetEverySeconds
            }
            wait(line, parts.items.descriptor)
        }
        line.drain { Moment.now().monotonic }
        send(parts, batch)
    }

    private static func send(_ parts: Parts, _ batch: DatagramBatch) {
        for outbox in parts.outboxes {
            let failed = outbox.flush(batch)
            if failed > 0 { parts.watched.counters.add("send_failures", by: UInt64(failed)) }
        }
    }

    /// Until the database answers, or, when nothing is asked of it, a record comes.
    private static func wait(_ line: AccountingLine, _ mailbox: Int32) {
        if line.awaited != nil { return line.rest(milliseconds: gatherMilliseconds) }
        var watched = pollfd(fd: mailbox, events: Int16(POLLIN), revents: 0)
        _ = poll(&watched, 1, idleMilliseconds)
    }
}
