/// Whether the journal takes records and keeps them. A disk that is full takes one small batch and refuses the next for a
/// while, so the trouble is over when what failed (a write, a sync, or both) succeeded since, and nothing failed for
/// `calmMilliseconds`. The clock is passed in.
struct JournalTrouble: Sendable {
    static let calmMilliseconds: UInt64 = 2000

    enum Step: Sendable {
        case write
        case sync
    }

    struct Past: Sendable, Hashable {
        /// That were not answered, repetitions too.
        var records: Int
        var seconds: UInt64
    }

    private var began: UInt64?
    private var last: UInt64 = 0
    private var records = 0
    /// What failed and did not succeed since.
    private var failing: Set<Step> = []

    /// A step failed, and so many records were refused for it.
    /// - Returns: whether that is the beginning, or the first that is refused.
    mutating func failed(_ step: Step, refused count: Int, now: UInt64) -> Bool {
        let isNew = began == nil || (records == 0 && count > 0)
        if began == nil { (began, records) = (now, 0) }
        records += count
        last = now
        failing.insert(step)
        return isNew
    }

    mutating func succeeded(_ step: Step) { failing.remove(step) }

    /// Whether nothing but a sync can tell that it is over, and it is time to ask.
    func wantsSync(now: UInt64) -> Bool { began != nil && failing == [.sync] && isCalm(now) }

    /// What there was, once, when it is over.
    mutating func over(now: UInt64) -> Past? {
        guard let began, failing.isEmpty, isCalm(now) else { return nil }
        self.began = nil
        return Past(records: records, seconds: (last - began + 999) / 1000)
    }

    private func isCalm(_ now: UInt64) -> Bool { now >= last + JournalTrouble.calmMilliseconds }
}
