import RADIUS

/// Whom the tables know for a request. Valid as long as the room that its record was copied to.
package struct LoginCandidate {
    var record: SubscriberRecord?
    var subscriber: SubscriberFacts?
    var service: Shared<Service>?
    var plan: PlanReply?
    var identity = LoginIdentity.name
    let preferences: Preferences
    let policyVersion: UInt64
    let population: UInt64

    init(_ tables: borrowing PolicyTables) {
        preferences = tables.preferences
        policyVersion = tables.version
        population = tables.subscribers.population
    }

    /// What the subscriber has, in the dialect of the NAS.
    mutating func find(_ facts: SubscriberFacts, _ tables: borrowing PolicyTables, dialect: String) {
        subscriber = facts
        guard let id = facts.serviceID, let found = tables.services[id] else { return }
        service = found
        plan = tables.plans[PlanKey(serviceID: id, tierPosition: facts.tierPosition, dialect: dialect)]
    }

    /// The login as it is to be looked at, not refused yet.
    func decided(
        _ request: LoginRequest, _ proof: RADIUS.PasswordVerdict, _ stamp: LoginStamp, _ skips: EmergencySkip.Words
    ) -> DecidedLogin {
        DecidedLogin(
            login: login(request, proof, skips), proof: proof, key: request.sessionKey, preferences: preferences,
            userName: record?.name, stamp: stamp)
    }

    private func login(
        _ request: LoginRequest, _ proof: RADIUS.PasswordVerdict, _ skips: EmergencySkip.Words
    ) -> Login {
        var login = Login(
            nas: request.nas, name: request.name, mac: request.facts.mac, identity: identity, subscriber: subscriber,
            service: service, password: PasswordOutcome(proof, request.method), plan: plan, sessions: SessionTally(),
            now: request.now.wall, skips: skips)
        if login.hasRules { login.requested = request.requested(login.rules) }
        return login
    }
}

extension PasswordOutcome {
    init(_ verdict: RADIUS.PasswordVerdict, _ method: PasswordMethod) {
        switch verdict {
        case .accepted: self = .right(method: method.rawValue)
        case .wrong(.unreadable):
            self = .malformed(method: method.rawValue, why: "the password is no text: is the shared secret right?")
        case .wrong: self = .wrong(method: method.rawValue)
        case .cannotServe(.noPassword): self = .none
        case .cannotServe(let why): self = .unavailable(method: method.rawValue, why: why.description)
        case .malformed(let fault): self = .malformed(method: method.rawValue, why: fault.rawValue)
        }
    }
}
