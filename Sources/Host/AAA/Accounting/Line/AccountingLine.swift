package import Store

/// The one path of accounting (D10): records are gathered into numbered batches, each goes to the journal and then to
/// the database, in order; an answer only when COMMIT or the journal's sync has made the record durable. While the
/// database commits one batch the next is gathered, so batches are as large as the load makes them and an idle line
/// waits for nothing. Under load the journal's sync answers while the database is still at work, so that its transactions
/// grow and their fixed cost is shared; no further ahead than `Limits.ahead`. Owned by one thread, which calls `take`
/// whenever something may have happened.
package final class AccountingLine {
    package struct Limits: Sendable {
        /// Records of one transaction.
        package var batch = 1000
        /// Records in memory that the database has not confirmed.
        package var held = 20_000
        /// Milliseconds after which the journal's sync answers in the database's place.
        package var patience: UInt64 = 100
        /// Records that wait for an answer and are worth a sync of the journal while a transaction is on its way.
        package var sync = 64
        /// Records that the journal may have answered for ahead of a database that keeps up: beyond it, COMMIT answers.
        package var ahead = 4000

        package init() {}
    }

    /// What is on its way to the database.
    enum Flight {
        case batches(through: UInt64, isFull: Bool, hasRestart: Bool)
        /// Of the first sweep.
        case chunk
        case sweeps
    }

    let journal: Journal
    let node: String
    let store: LineStore
    let limits: Limits
    let reports: LineReports
    /// What a journal's entry does to its session.
    let reread: (JournalEntry) -> SessionChange?
    let status: LineStatus
    var alarms: LineAlarms
    private var trouble = JournalTrouble()
    /// Of the last `take`.
    private(set) var now: UInt64 = 0
    var held: HeldBatches
    /// The batch that is being gathered; its entries lie in the journal's buffer.
    var open: [AccountingItem] = []
    var openedAt: UInt64 = 0
    /// Journaled, not held in memory, not yet answered.
    var overflow: [HeldBatches.Batch] = []
    /// Before it, the journal answers for nothing that the database may soon have: a sync failed.
    var aheadAt: UInt64 = 0
    /// When the oldest batch that is not stored was handed over.
    var behindSince: UInt64?
    var nextSeq: UInt64
    /// Every batch up to here is in the database.
    var stored: UInt64
    var flight: Flight?
    /// Microseconds, for the metrics only.
    var launchedAt: Int64 = 0
    var sweeps: [RestartSweep] = []
    var mustFindSweeps = false
    /// Chunks and batches take turns.
    var isChunksTurn = false
    /// From the first failure until a batch is stored again.
    var isAway = false
    var retryAt: UInt64 = 0
    var backOff = AccountingLine.firstBackOff
    var retries = 0
    var beginGuess = BeginGuess()

    /// Milliseconds.
    static let firstBackOff: UInt64 = 100
    static let longestBackOff: UInt64 = 5000

    /// - firstSeq: above every batch that the journal or the database has seen.
    /// - stored: the database's watermark as far as it is known; 0 when it is not.
    /// - inBackground: whether connecting is left to a thread of its own, which calls `wake` when it is done.
    package init(
        journal: Journal, node: String, firstSeq: UInt64, stored: UInt64 = 0, limits: Limits = Limits(),
        status: LineStatus = LineStatus(), reports: LineReports, inBackground: Bool = false,
        wake: @escaping @Sendable () -> Void = {}, reread: @escaping (JournalEntry) -> SessionChange?,
        connect: @escaping @Sendable () throws -> Connection
    ) {
        self.journal = journal
        self.node = node
        self.limits = limits
        self.status = status
        self.reports = reports
        self.reread = reread
        self.stored = stored
        alarms = LineAlarms(reports)
        held = HeldBatches(limit: limits.held)
        nextSeq = firstSeq
        store = LineStore(node: node, inBackground: inBackground, wake: wake, connect: connect)
        journal.confirm(through: stored)
    }

    /// Takes records in, and does what can be done now: learns what the database has, gives it more, answers. Never
    /// waits for the database; for the disk only when that is what answers.
    package func take(_ items: [AccountingItem], now: UInt64) {
        self.now = now
        for item in items { gather(item, now) }
        land(now)
        dial(now)
        launch(now)
        answerFromJournal(now)
        answerAhead(now)
        tell(now)
    }

    /// Whether the database has everything that was taken.
    package var isClear: Bool { flight == nil && open.isEmpty && stored + 1 >= nextSeq && sweeps.isEmpty }

    package var heldRecords: Int { held.records }

    private func gather(_ item: AccountingItem, _ now: UInt64) {
        if open.isEmpty { openedAt = now }
        journal.add(item.entry)
        open.append(item)
        if open.count >= limits.batch { seal() }
    }

    /// The gathered batch goes to the journal under the next number. One that has no room in memory is answered from
    /// the journal at once and read again later.
    func seal() {
        guard !open.isEmpty else { return }
        let items = open
        open = []
        do {
            try journal.write(seq: nextSeq)
        } catch {
            refuse(items, error)
            return
        }
        trouble.succeeded(.write)
        let follows = (held.lastSeq ?? stored) + 1 == nextSeq
        let batch = HeldBatches.Batch(seq: nextSeq, items: items, handedAt: openedAt, isAnswered: false)
        nextSeq += 1
        if follows, !held.isFull {
            held.add(batch)
        } else {
            overflow.append(batch)
        }
    }

    private func refuse(_ items: [AccountingItem], _ error: JournalError) {
        for item in items { item.giveUp() }
        tell(error, .write, refused: items.count)
    }

    private func tell(_ error: JournalError, _ step: JournalTrouble.Step, refused count: Int) {
        let meaning =
            step == .write
            ? "accounting is refused, routers will send it again"
            : "only the database's COMMIT answers for accounting; what it takes too late routers must send again"
        alarms.raise(error.kind == .full ? .journalFull : .journalWrite, "\(meaning): \(error)")
        guard trouble.failed(step, refused: count, now: now) else { return }
        reports.log(
            count > 0
                ? "accounting is refused until the journal can be written again: \(error)"
                : "the database's COMMIT alone answers for accounting until the journal can be synced: \(error)")
    }

    /// The journal answers for records that the database does not take in time.
    private func answerFromJournal(_ now: UInt64) {
        let oldest = held.waitsSince ?? (open.isEmpty ? nil : openedAt)
        let isLate = oldest.map { isAway || now >= $0 + limits.patience } ?? false
        guard isLate || !overflow.isEmpty else { return }
        seal()
        sync()
    }

    /// While the database is at work on earlier records, the journal answers for what has gathered meanwhile.
    private func answerAhead(_ now: UInt64) {
        guard flight != nil, overflow.isEmpty, now >= aheadAt, held.records + open.count <= limits.ahead,
            held.unanswered + open.count >= limits.sync
        else { return }
        seal()
        // What it fails on waits for COMMIT.
        syncAhead()
    }

    private func syncAhead() {
        guard let failure = synced() else { return held.answer { journal.keeps($0) } }
        aheadAt = now + JournalTrouble.calmMilliseconds
        tell(failure, .sync, refused: 0)
    }

    /// Syncs the journal and answers everyone who waits; for what it fails on, or failed on before, the router must send
    /// it again, since nobody knows when the database will have it.
    func sync() {
        let failure = synced()
        held.answer { journal.keeps($0) }
        for batch in overflow where journal.keeps(batch.seq) { batch.answer() }
        overflow.removeAll { journal.keeps($0.seq) }
        if let failure { tell(failure, .sync, refused: held.unanswered + overflow.reduce(0) { $0 + $1.items.count }) }
        held.giveUp()
        for batch in overflow { batch.giveUp() }
        overflow.removeAll()
    }

    /// What it failed on, if it did.
    private func synced() -> JournalError? {
        let isTold = journal.hasUnsynced
        do {
            try journal.sync()
            if isTold { trouble.succeeded(.sync) }
            return nil
        } catch {
            return error
        }
    }

    private func tell(_ now: UInt64) {
        var values = LineStatus.Values()
        values.journal = journal.fill
        values.heldRecords = held.records
        values.isStoring = !isAway
        if stored + 1 >= nextSeq {
            behindSince = nil
        } else if let handed = held.batches.first?.handedAt {
            behindSince = handed
        } else if behindSince == nil {
            behindSince = now
        }
        values.oldestSeconds = behindSince.map { Int64(now > $0 ? (now - $0) / 1000 : 0) } ?? 0
        alarms.look(at: values.journal)
        // Where COMMIT answers for everything nobody else would find out.
        if journal.hasUnsynced, trouble.wantsSync(now: now) { syncAhead() }
        if let past = trouble.over(now: now) {
            alarms.clear(.journalWrite)
            reports.log(
                "the journal can be written again: \(past.records) requests were refused within \(past.seconds) s")
        }
        status.set(values)
    }
}
