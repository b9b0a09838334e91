/// A user name as sent, divided at its last `@`.
package struct LoginName: Sendable, Hashable {
    package let full: String
    /// Before the `@`; the whole name when there is none.
    package let user: String
    /// After it, lower case; nil when there is none.
    package let realm: String?

    package init(_ full: String) {
        self.full = full
        if let at = full.lastIndex(of: "@"), at != full.startIndex {
            user = String(full[..<at])
            realm = full[full.index(after: at)...].lowercased()
        } else {
            user = full
            realm = nil
        }
    }
}
