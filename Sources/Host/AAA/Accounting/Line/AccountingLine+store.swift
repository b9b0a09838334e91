import Store

// What passes between the line and the database.
extension AccountingLine {
    /// What the thread waits for beside new records: the connection's descriptor while something is on its way.
    package var awaited: (descriptor: Int32, wantsToWrite: Bool)? {
        guard flight != nil, let connection = store.connection else { return nil }
        return (connection.descriptor, connection.wantsToWrite)
    }

    /// Connects anew when it is time; takes what came of it.
    func dial(_ now: UInt64) {
        if store.connection == nil, !store.isDialling, now >= retryAt { store.dial() }
        guard let result = store.opened() else { return }
        switch result {
        case .success(let opening): opened(opening)
        case .failure(let error): failed(error, now)
        }
    }

    /// After a new connection the watermark tells which batches are there already, also when the outcome of a COMMIT
    /// was never learned.
    private func opened(_ opening: LineStore.Opening) {
        sweeps = opening.sweeps
        guard opening.watermark < nextSeq else {
            // Another folder's numbers: what waits here is written, whatever the watermark says of its numbers.
            reports.log(
                "the database has batches up to \(opening.watermark) of node \(node), this journal only up to"
                    + " \(nextSeq - 1): it is another journal than before")
            nextSeq = opening.watermark + 1
            return
        }
        confirm(opening.watermark)
    }

    private func confirm(_ seq: UInt64) {
        guard seq > stored else { return }
        stored = seq
        held.stored(through: seq)
        journal.confirm(through: seq)
    }

    /// Gives the database the next transaction, unless one is on its way.
    func launch(_ now: UInt64) {
        guard flight == nil, let connection = store.connection, now >= retryAt else { return }
        do {
            guard let next = try next() else { return }
            try connection.launch(next.statements)
            flight = next.flight
            launchedAt = Moment.microseconds()
        } catch {
            failed(error, now)
        }
    }

    private func next() throws -> (flight: Flight, statements: [Statement])? {
        if mustFindSweeps { return (.sweeps, [RestartSweep.waiting(node: node)]) }
        if isChunksTurn, let sweep = sweeps.first { return (.chunk, [sweep.statement()]) }
        try refill()
        if held.isEmpty { seal() }
        if !held.isEmpty { return flightOfBatches(isFull: false) }
        return sweeps.first.map { (.chunk, [$0.statement()]) }
    }

    private func flightOfBatches(isFull: Bool) -> (flight: Flight, statements: [Statement]) {
        let batches = held.front(most: limits.batch)
        let through = batches.last?.seq ?? stored
        let items = batches.flatMap(\.items)
        return (
            .batches(through: through, isFull: isFull, hasRestart: items.contains(where: \.isRestart)),
            AccountingWriter.statements(
                items, seq: through, node: node, inFull: isFull, guessesNew: beginGuess.isMade(now: now))
        )
    }

    /// What had no room in memory comes back from the journal.
    private func refill() throws {
        guard held.isEmpty, stored + 1 < nextSeq else { return }
        for batch in try journal.read(after: stored) {
            let items = batch.entries.map { AccountingItem(entry: $0, change: reread($0)) }
            held.add(HeldBatches.Batch(seq: batch.seq, items: items, handedAt: nil, isAnswered: true))
        }
        // Numbers that the journal no longer has were damaged, and said so when it was opened.
        if held.isEmpty { confirm(nextSeq - 1) }
    }

    /// Takes what came back.
    func land(_ now: UInt64) {
        guard let landing = flight, let connection = store.connection else { return }
        do {
            guard let answers = try connection.landed() else { return }
            flight = nil
            landed(landing, answers)
        } catch {
            flight = nil
            recover(landing, connection, error, now)
        }
    }

    private func landed(_ landing: Flight, _ answers: [Rows]) {
        recovered()
        switch landing {
        case .batches(let through, _, let hasRestart):
            mustFindSweeps = mustFindSweeps || hasRestart
            isChunksTurn = true
            let before = held.records
            confirm(through)
            reports.stored(before - held.records, Moment.microseconds() - launchedAt)
        case .chunk:
            isChunksTurn = false
            sweeps[0].take(answers)
            if sweeps[0].isDone { sweeps.removeFirst() }
        case .sweeps:
            mustFindSweeps = false
            sweeps = answers.first?.map { RestartSweep($0) } ?? []
        }
    }

    private func recovered() {
        retries = 0
        backOff = AccountingLine.firstBackOff
        retryAt = 0
        if isAway {
            isAway = false
            reports.log("the database takes accounting again")
        }
        alarms.clear(.accountingStore)
        alarms.settle()
    }

    /// What an error of the database leads to: the same again in full, the batch in pieces, or waiting.
    private func recover(_ landing: Flight, _ connection: Connection, _ error: any Error, _ now: UInt64) {
        guard case .batches(let through, let isFull, _) = landing, let error = error as? StoreError else {
            return failed(error, now)
        }
        do {
            if AccountingWriter.isWrongGuess(error), !isFull {
                if error.sqlState == SessionUpsert.isThere { beginGuess.wasWrong(now: now) }
                return try again(connection, isFull: true)
            }
            if error.kind == .retry, retries < 5 {
                retries += 1
                // In full the rows are taken in one order: what met another transaction in a ring does not again.
                return try again(connection, isFull: true)
            }
            guard error.isOfOneRecord else { return failed(error, now) }
            try storePieces(through, connection)
            recovered()
            mustFindSweeps = true
            confirm(through)
        } catch {
            failed(error, now)
        }
    }

    private func again(_ connection: Connection, isFull: Bool) throws {
        let next = flightOfBatches(isFull: isFull)
        try connection.launch(next.statements)
        flight = next.flight
    }

    /// A batch that the database refuses for what is in it is halved until the bad record is alone: that one is said
    /// with its session and left out, so that it can't hold up the others. Waits.
    private func storePieces(_ through: UInt64, _ connection: Connection) throws {
        try store(held.batches.filter { $0.seq <= through }.flatMap(\.items)[...], connection)
        try connection.pipeline(AccountingWriter.statements([], seq: through, node: node))
    }

    private func store(_ items: ArraySlice<AccountingItem>, _ connection: Connection) throws {
        let statements = AccountingWriter.statements(Array(items), seq: 0, node: node, inFull: true)
        guard !statements.isEmpty else { return }
        do {
            try connection.pipeline(statements)
        } catch {
            guard error.isOfOneRecord else { throw error }
            if items.count == 1, let bad = items.first?.row {
                reports.log("record of session \(bad.record.acctSessionID) (key \(bad.key.hex)) refused: \(error)")
                return
            }
            let middle = items.startIndex + items.count / 2
            try store(items[..<middle], connection)
            try store(items[middle...], connection)
        }
    }

    /// The database does not take the batches: they wait in the journal, and it is asked again later and later.
    private func failed(_ error: any Error, _ now: UInt64) {
        store.drop()
        flight = nil
        isAway = true
        retryAt = now + backOff
        backOff = min(AccountingLine.longestBackOff, backOff * 2)
        reports.log("the database does not take accounting, the journal keeps it: \(error)")
        alarms.raise(
            .accountingStore,
            "the database does not take accounting: \(error). Routers are answered from the journal; everything is "
                + "written when the database takes it again.")
    }
}

extension StoreError {
    /// Whether a record's own content was refused. A full disk, a read-only server or a missing table is the
    /// database's fault: it will take the record when it is mended, so the record is kept.
    fileprivate var isOfOneRecord: Bool {
        switch kind {
        case .value, .conflict, .refused: true
        case .connection, .setup, .retry, .cancelled, .other: false
        }
    }
}
