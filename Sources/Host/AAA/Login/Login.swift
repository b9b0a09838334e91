package import PluginAPI

/// One login with all that its checks look at. Values only: the same login can be decided without a packet.
package struct Login {
    package var nas: Shared<NAS>
    package var name: LoginName
    package var mac: MACAddress?
    package var identity: LoginIdentity
    package var subscriber: SubscriberFacts? = nil
    package var service: Shared<Service>? = nil
    package var password: PasswordOutcome
    package var plan: PlanReply? = nil
    /// The subscriber's other sessions, counted against the limit.
    package var sessions = SessionTally()
    /// The subscriber's own name, when it is shown to people.
    package var username: String? = nil
    /// Seconds since 1970.
    package var now: Int64
    /// Values of the attributes that check rules ask for.
    package var requested: [AttributeKey: [[UInt8]]] = [:]
    /// What an emergency leaves out at this moment.
    package var skips: EmergencySkip.Words = []

    /// Takes in what a subscriber has, in the dialect of the NAS.
    mutating func bring(_ facts: SubscriberFacts, _ rules: SubscriberRules?, _ tables: borrowing PolicyTables) {
        subscriber = facts
        if let rules {
            subscriber?.checks = rules.checks
            subscriber?.replies = rules.replies
        }
        guard let id = facts.serviceID, let found = tables.services[id] else { return }
        service = found
        plan = tables.plans[PlanKey(serviceID: id, tierPosition: facts.tierPosition, dialect: nas.dialect)]
    }

    /// Check rules of the NAS, the service and the subscriber, in that order.
    package var rules: [CheckRule] { nas.checks + (service?.checks ?? []) + (subscriber?.checks ?? []) }

    var hasRules: Bool {
        !nas.checks.isEmpty || service?.checks.isEmpty == false || subscriber?.checks.isEmpty == false
    }

    /// Whether further attributes change the plan's reply.
    var hasReplyRules: Bool {
        !nas.replies.isEmpty || service?.replies.isEmpty == false || subscriber?.replies.isEmpty == false
    }

    /// Sessions at one time: the subscriber's own limit, else the service's; nil for any number.
    package var sessionLimit: Int? {
        let limit = subscriber?.sessionLimit ?? service?.sessionLimit
        return limit == 0 ? nil : limit
    }
}

/// By what the subscriber was sought.
package enum LoginIdentity: Sendable, Hashable {
    case name
    case mac
    case line

    package var word: String {
        switch self {
        case .name: "user name"
        case .mac: "MAC"
        case .line: "line"
        }
    }
}

/// What became of the password, decided before the other checks since its proof goes into the reply.
package enum PasswordOutcome: Sendable, Hashable {
    /// Right; the method's name for the log.
    case right(method: String)
    case wrong(method: String)
    /// The stored form can't serve this method.
    case unavailable(method: String, why: String)
    case malformed(method: String, why: String)
    /// No password attribute in the request.
    case none
    /// Not looked at: an explanation has no password.
    case notTried(methods: String)

    package var method: String {
        switch self {
        case .right(let method), .wrong(let method), .unavailable(let method, _), .malformed(let method, _): method
        case .none: "none"
        case .notTried: "not tried"
        }
    }
}
