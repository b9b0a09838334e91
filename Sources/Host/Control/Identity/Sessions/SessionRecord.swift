import Store

/// A sign-in that is open, as its owner sees it. Times in microseconds since 1970.
package struct SessionRecord: Sendable, Hashable {
    package let id: Int64
    package let createdAt: Int64
    package let lastUsedAt: Int64
    package let expiresAt: Int64
    package let address: String?
    package let userAgent: String?
    /// The operator who logged in as this one.
    package let impersonator: String?

    init(_ row: Row) {
        id = Int64(row.int(0))
        createdAt = row.timestamp(1)
        lastUsedAt = row.timestamp(2)
        expiresAt = row.timestamp(3)
        address = row.optionalText(4)
        userAgent = row.optionalText(5)
        impersonator = row.optionalText(6)
    }
}
