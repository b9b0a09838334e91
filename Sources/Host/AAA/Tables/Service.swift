/// What is sold, without its speeds: those are in the compiled replies.
package struct Service: Sendable {
    package var id: Int64
    package var name: String
    package var isActive: Bool
    /// Sessions at one time; nil for any number.
    package var sessionLimit: Int?
    /// Whether a rejected user is told why.
    package var showsRejectReason: Bool
    package var checks: [CheckRule]
    package var replies: [ReplyRule]
}

/// Which compiled reply.
package struct PlanKey: Sendable, Hashable {
    package let serviceID: Int64
    package let tierPosition: Int
    package let dialect: String

    package init(serviceID: Int64, tierPosition: Int, dialect: String) {
        self.serviceID = serviceID
        self.tierPosition = tierPosition
        self.dialect = dialect
    }

    /// Without the dialect, of which there are few: every login looks its plan up.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(serviceID &* 1021 &+ Int64(tierPosition))
    }
}
