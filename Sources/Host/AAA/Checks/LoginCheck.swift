/// One condition of a login: a pure question with a reason for its no.
package protocol LoginCheck: SendableMetatype {
    /// As `explain` names it.
    static var name: String { get }
    /// nil lets the login pass.
    static func refusal(_ login: Login) -> RejectReason?
    /// What was looked at, for people; asked only when somebody wants to know.
    static func inputs(_ login: Login) -> String
}

/// The checks in their order; the first that refuses names the reason.
package enum LoginChecks {
    package static let order: [any LoginCheck.Type] = [
        NASActiveCheck.self, RealmCheck.self, KnownSubscriberCheck.self, ProvenPasswordCheck.self, ActiveCheck.self,
        ExpiryCheck.self, MACBindingCheck.self, RulesCheck.self, SessionLimitCheck.self, PlanCheck.self,
    ]

    package static func refusal(_ login: Login) -> RejectReason? {
        for check in order {
            if let reason = check.refusal(login) { return reason }
        }
        return nil
    }
}
