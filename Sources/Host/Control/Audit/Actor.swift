/// Who makes a change, as the audit log names him.
package struct Actor: Sendable, Hashable {
    /// `operator:alice`, `customer:bob`, `os:root`, `plugin:billing`, `system`.
    package var name: String
    /// Whose eyes he acts through after "log in as": `customer:bob`.
    package var onBehalfOf: String?
    /// From where: a client's address, or `command line`.
    package var source: String?
    /// The request that caused it; also marks the jobs and packets that follow.
    package var requestID: String?

    package init(_ name: String, onBehalfOf: String? = nil, source: String? = nil, requestID: String? = nil) {
        self.name = name
        self.onBehalfOf = onBehalfOf
        self.source = source
        self.requestID = requestID
    }

    package static let system = Actor("system")
}
