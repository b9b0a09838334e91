/// Why a plan can't be put into a vendor's terms; one sentence for people, free of secrets.
package struct PolicyProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
