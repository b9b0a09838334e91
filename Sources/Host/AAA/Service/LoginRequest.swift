import Dictionary
import PluginAPI
import RADIUS

/// An Access-Request taken apart: who, from where, by which proof. Valid as long as the packet's bytes.
package struct LoginRequest {
    let packet: PacketView
    let nas: NAS
    /// Under which the request was made and is answered.
    private(set) var secret: SharedSecret
    let facts: RequestFacts
    let name: LoginName
    let method: PasswordMethod
    let peer: SourceAddress
    let now: Moment

    init(_ packet: PacketView, _ admitted: NASGate.Admitted, _ facts: RequestFacts, _ exchange: Exchange) {
        self.packet = packet
        nas = admitted.nas
        secret = admitted.secret
        self.facts = facts
        name = LoginName(packet.storable(AttributeNumber.userName) ?? "")
        method = PasswordMethod(of: packet)
        peer = exchange.peer
        now = exchange.now
    }

    /// Derived from the request, so that deciding it twice gives one session.
    var sessionKey: SessionKey {
        SessionKeyDigest.key(
            nas: nas.id, source: peer.description, identifier: packet.identifier, authenticator: packet.authenticator)
    }

    var scope: NASScope {
        NASScope(
            nasID: nas.id, nasIP: AccountingReader.nasIP(packet) ?? peer.address,
            identifier: packet.storable(AttributeNumber.nasIdentifier), virtualRouter: facts.virtualRouter)
    }

    /// The subscriber: by the whole name, then by the name without its realm; where the NAS allows it, by MAC (the name
    /// is the MAC, or there is no other proof) or by line.
    func candidate(in tables: borrowing PolicyTables) -> LoginCandidate {
        var candidate = LoginCandidate(preferences: tables.preferences)
        if let found = tables.subscriber(named: name.full) ?? tables.subscriber(named: name.user) {
            candidate.subscriber = found
        }
        // A known name with a password is a login by name; without one, a device that calls itself by that name.
        if !provesPassword, candidate.subscriber == nil || candidate.subscriber?.isPasswordless == true {
            findPasswordless(tables, &candidate)
        }
        candidate.service = candidate.subscriber?.serviceID.flatMap { tables.services[$0] }
        if let subscriber = candidate.subscriber, let service = candidate.service {
            let key = PlanKey(
                serviceID: service.id, tierPosition: subscriber.tierPosition, dialect: nas.dialect)
            candidate.plan = tables.plans[key]
        }
        return candidate
    }

    /// A MAC for a name is not a proof even with a password beside it: RouterOS sends an empty one, BNGs a shared one.
    private var provesPassword: Bool {
        if MACAddress(name.full) != nil { return false }
        if name.full.isEmpty || name.full == facts.line { return false }
        return method != .none
    }

    private func findPasswordless(_ tables: borrowing PolicyTables, _ candidate: inout LoginCandidate) {
        if let mac = MACAddress(name.full) ?? facts.mac, nas.allowsMACLogin, let found = tables.subscriber(mac: mac) {
            candidate.subscriber = found
            candidate.identity = .mac
        } else if let line = facts.line, nas.allowsLineLogin, let found = tables.subscriber(line: line) {
            candidate.subscriber = found
            candidate.identity = .line
        }
    }

    /// The password against the subscriber's credential. An unknown user costs the same as a known one, so that the
    /// time of an answer does not tell which names exist.
    mutating func checkPassword(_ subscriber: Subscriber?) -> RADIUS.PasswordVerdict {
        let credential = subscriber?.credential ?? .cleartext(LoginRequest.nobody)
        let verdict = PasswordCheck(packet, secret: secret, credential: credential).verdict(by: method)
        guard method == .pap, packet.messageAuthenticatorOffset == nil, !LoginRequest.isReadable(verdict) else {
            return verdict
        }
        return checkPassword(credential, underOtherThan: secret) ?? verdict
    }

    /// An unsigned request says nothing of the secret it was made under; while a secret is being changed, its password
    /// does: the secret that makes text of it is the one. nil when none does.
    private mutating func checkPassword(
        _ credential: Credential, underOtherThan tried: SharedSecret
    ) -> RADIUS.PasswordVerdict? {
        for other in nas.secrets where other !== tried {
            let verdict = PasswordCheck(packet, secret: other, credential: credential).verdict(by: method)
            guard LoginRequest.isReadable(verdict) else { continue }
            secret = other
            return verdict
        }
        return nil
    }

    private static func isReadable(_ verdict: RADIUS.PasswordVerdict) -> Bool { verdict != .wrong(.unreadable) }

    private static let nobody = Array("no such subscriber".utf8)

    /// The values that check rules ask for.
    func requested(_ rules: [CheckRule]) -> [AttributeKey: [[UInt8]]] {
        let keys = Set(rules.compactMap { $0.known?.key })
        guard !keys.isEmpty else { return [:] }
        var values: [AttributeKey: [[UInt8]]] = [:]
        for attribute in packet.flatAttributes where keys.contains(attribute.key) {
            values[attribute.key, default: []].append(Array(attribute.value))
        }
        return values
    }
}

/// Whom the tables know for a request.
package struct LoginCandidate: Sendable {
    var subscriber: Subscriber?
    var service: Service?
    var plan: PlanReply?
    var identity = LoginIdentity.name
    let preferences: Preferences

    init(preferences: Preferences) { self.preferences = preferences }

    func login(_ request: LoginRequest, proof: RADIUS.PasswordVerdict, marks: [SessionMark]) -> Login {
        var login = Login(
            nas: request.nas, name: request.name, mac: request.facts.mac, line: request.facts.line, identity: identity,
            subscriber: subscriber, service: service, password: PasswordOutcome(proof, request.method), plan: plan,
            sessions: marks, now: request.now.wall, requested: [:])
        login.requested = request.requested(login.rules)
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
