/// Whose rows somebody sees: all of the house, or those of one reseller and the resellers below him.
package struct Scope: Sendable, Hashable {
    /// The reseller; nil for the house, which sees everything.
    package let resellerID: Int64?
    /// `resellers.path` of that reseller, ids from the top each ended by a slash (`1/7/`); empty for the house. A row
    /// is inside when its own path starts with this one.
    package let path: String

    package static let house = Scope(resellerID: nil, path: "")

    package init(resellerID: Int64?, path: String) {
        precondition((resellerID == nil) == path.isEmpty, "a reseller has a path, the house has none")
        self.resellerID = resellerID
        self.path = path
    }

    package var isHouse: Bool { resellerID == nil }

    /// Whether a row with this path is seen.
    package func contains(_ rowPath: String) -> Bool { rowPath.utf8.starts(with: path.utf8) }
}
