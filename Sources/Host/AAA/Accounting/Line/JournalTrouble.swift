/// Whether the journal takes records. A disk that is full takes one small batch and refuses the next for a while, so the
/// trouble is over when something was written since and nothing refused for `calmMilliseconds`. The clock is passed in.
struct JournalTrouble: Sendable {
    static let calmMilliseconds: UInt64 = 2000

    struct Past: Sendable, Hashable {
        /// That were not answered, repetitions too.
        var records: Int
        var seconds: UInt64
    }

    private var began: UInt64?
    private var last: UInt64 = 0
    private var records = 0
    private var hasWritten = false

    /// So many records were refused.
    /// - Returns: whether that is the beginning.
    mutating func refused(_ count: Int, now: UInt64) -> Bool {
        let isFirst = began == nil
        if isFirst { (began, records) = (now, 0) }
        records += count
        (last, hasWritten) = (now, false)
        return isFirst
    }

    /// A batch was written.
    mutating func wrote() { hasWritten = true }

    /// What there was, once, when it is over.
    mutating func over(now: UInt64) -> Past? {
        guard let began, hasWritten, now >= last + JournalTrouble.calmMilliseconds else { return nil }
        self.began = nil
        return Past(records: records, seconds: (last - began + 999) / 1000)
    }
}
