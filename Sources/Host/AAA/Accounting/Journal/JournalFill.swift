/// How full a journal is.
package struct JournalFill: Sendable, Hashable {
    /// Of all segments.
    package var bytes: Int
    package var limit: Int
    /// Batches that the database has not confirmed.
    package var batches: UInt64

    package init(bytes: Int, limit: Int, batches: UInt64) {
        self.bytes = bytes
        self.limit = limit
        self.batches = batches
    }

    package var percent: Int { limit > 0 ? Int(Double(bytes) / Double(limit) * 100) : 0 }
}
