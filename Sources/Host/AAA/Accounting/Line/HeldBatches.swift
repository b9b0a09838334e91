/// The newest of the batches that the database has not confirmed, oldest first: a window of the journal, bounded. What
/// does not fit is read from the journal again when its turn comes.
struct HeldBatches {
    struct Batch {
        let seq: UInt64
        let items: [AccountingItem]
        /// Milliseconds of the line's clock; nil for what was read back from the journal.
        let handedAt: UInt64?
        /// Or given up.
        var isAnswered: Bool

        func answer() { for item in items { item.answer() } }
        func giveUp() { for item in items { item.giveUp() } }
    }

    private(set) var batches: [Batch] = []
    private(set) var records = 0
    private let limit: Int

    /// - limit: records beyond which no batch is added.
    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { batches.isEmpty }
    var lastSeq: UInt64? { batches.last?.seq }

    /// Whether some record waits for its answer.
    var waitsSince: UInt64? { batches.first { !$0.isAnswered }.flatMap(\.handedAt) }

    /// Records that wait for their answer.
    var unanswered: Int { batches.reduce(0) { $0 + ($1.isAnswered ? 0 : $1.items.count) } }

    var isFull: Bool { records >= limit }

    mutating func add(_ batch: Batch) {
        batches.append(batch)
        records += batch.items.count
    }

    /// The first batches, together at most `most` records, or the first alone.
    func front(most: Int) -> ArraySlice<Batch> {
        var count = 0
        for (index, batch) in batches.enumerated() {
            count += batch.items.count
            if index > 0, count > most { return batches[..<index] }
        }
        return batches[...]
    }

    /// The batches up to `seq` are in the database: they go, and who waits for them is answered.
    mutating func stored(through seq: UInt64) {
        var gone = 0
        for batch in batches {
            guard batch.seq <= seq else { break }
            if !batch.isAnswered { batch.answer() }
            records -= batch.items.count
            gone += 1
        }
        batches.removeFirst(gone)
    }

    /// Answers everyone who waits and whose batch is durable.
    mutating func answer(_ isDurable: (UInt64) -> Bool) {
        for index in batches.indices where !batches[index].isAnswered && isDurable(batches[index].seq) {
            batches[index].answer()
            batches[index].isAnswered = true
        }
    }

    /// Gives everyone up who waits.
    mutating func giveUp() {
        for index in batches.indices where !batches[index].isAnswered {
            batches[index].giveUp()
            batches[index].isAnswered = true
        }
    }
}
