package import PluginAPI

/// One login with all that its checks look at. Values only: the same login can be decided without a packet.
package struct Login: Sendable {
    package var nas: NAS
    package var name: LoginName
    package var mac: MACAddress?
    package var line: String?
    package var identity: LoginIdentity
    package var subscriber: Subscriber?
    package var service: Service?
    package var password: PasswordOutcome
    package var plan: PlanReply?
    /// The subscriber's sessions, this login's own ghost not yet taken out.
    package var sessions: [SessionMark]
    /// Seconds since 1970.
    package var now: Int64
    /// Values of the attributes that check rules ask for.
    package var requested: [AttributeKey: [[UInt8]]]
    /// What an emergency leaves out at this moment.
    package var skips: EmergencySkip.Words = []

    /// Check rules of the NAS, the service and the subscriber, in that order.
    package var rules: [CheckRule] { nas.checks + (service?.checks ?? []) + (subscriber?.checks ?? []) }
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
