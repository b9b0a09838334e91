import Store

/// An API token as it is listed; the token itself is nowhere. Times in microseconds since 1970.
package struct TokenRecord: Sendable, Hashable {
    package let id: Int64
    package let name: String
    /// Its first letters.
    package let prefix: String
    /// nil: all that its operator holds.
    package let scopes: [String]?
    package let createdAt: Int64
    package let expiresAt: Int64?
    package let lastUsedAt: Int64?
    package let lastUsedFrom: String?

    init(_ row: Row) {
        id = Int64(row.int(0))
        name = row.text(1)
        prefix = row.text(2)
        scopes = row.optionalTextArray(3)
        createdAt = row.timestamp(4)
        expiresAt = row.optionalTimestamp(5)
        lastUsedAt = row.optionalTimestamp(6)
        lastUsedFrom = row.optionalText(7)
    }
}
