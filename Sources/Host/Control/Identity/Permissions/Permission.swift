/// One thing that somebody may do: `nas.view`, …; area and deed in two words with a dot.
package struct Permission: Sendable, Hashable {
    /// Who can ever hold it.
    package enum Reach: Sendable, Hashable {
        /// People of the house and of resellers.
        case everybody
        /// People of the house only, whatever roles a reseller's operator has.
        case house
        /// Customers, in the portal.
        case portal
    }

    package let name: String
    /// What it allows, for people: `See routers`.
    package let title: String
    package let reach: Reach

    package init(_ name: String, _ title: String, _ reach: Reach = .everybody) {
        self.name = name
        self.title = title
        self.reach = reach
    }

    /// What stands before the dot: `nas`.
    package var area: String { String(name.prefix { $0 != "." }) }

    package var houseOnly: Bool { reach == .house }

    /// Whether the name has the form of one; a plugin's is checked by this.
    package static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && name.utf8.count <= 64
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        (97...122).contains($0) || (48...57).contains($0) || $0 == 95 || $0 == 45
                    }
            }
    }
}
