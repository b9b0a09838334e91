package import RADIUS

/// A login and what was decided of it. Large, and handed on without a copy.
package struct DecidedLogin: ~Copyable {
    package var login: Login
    /// nil for an accept, which only the checks can make of it.
    package var refusal: RejectReason? = .wrongPassword
    package var proof = RADIUS.PasswordVerdict.wrong(.plain)
    package var key: SessionKey
    package var preferences: Preferences
    /// The subscriber's own name; valid as long as its record.
    package var userName: UnsafeRawBufferPointer?
    package var stamp: LoginStamp
    /// Refused as before, or for too many guesses, without a look.
    package var isRepeated = false

    /// As it is to be looked at: not refused yet, its password not proved.
    init(
        _ request: borrowing LoginRequest, _ found: FoundSubscriber, _ tables: borrowing PolicyTables,
        _ skips: EmergencySkip.Words
    ) {
        login = Login(
            nas: request.nas, name: request.name, mac: request.facts.mac, identity: found.identity,
            password: .wrong(method: request.method.rawValue), now: request.now.wall, skips: skips)
        key = request.sessionKey
        preferences = tables.preferences
        userName = found.record?.name
        stamp = LoginStamp(request, found.record, tables, skips)
        guard let record = found.record else { return }
        login.bring(record.facts, tables.subscribers.rules(of: record), tables)
        if login.hasRules { login.requested = request.requested(login.rules) }
    }

    /// What the refusing check looked at, for the log; for an accept, what an emergency left out, or nothing.
    package var detail: String {
        guard refusal != nil, let check = LoginChecks.order.first(where: { $0.refusal(login) != nil }) else {
            return refusal == nil ? login.emergencyMark : ""
        }
        return check.inputs(login)
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
