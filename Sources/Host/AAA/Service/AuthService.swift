import Dictionary
import PluginAPI
package import RADIUS

/// Access-Requests: from the datagram to the signed answer. One step after the other, each in its own file; this one
/// only leads through them.
package final class AuthService: Sendable {
    private let policy: LivePolicy
    private let sessions: LiveSessions
    private let memory: LoginMemory
    private let gate: NASGate
    private let duplicates: DuplicateCache
    private let events: any EventSink
    private let counters: Counters
    private let trace: TraceHub
    private let emergency: EmergencySwitch

    package init(
        policy: LivePolicy, sessions: LiveSessions, memory: LoginMemory, events: any EventSink, counters: Counters,
        trace: TraceHub, duplicates: DuplicateCache = DuplicateCache(),
        emergency: EmergencySwitch = EmergencySwitch()
    ) {
        self.policy = policy
        self.sessions = sessions
        self.memory = memory
        self.events = events
        self.counters = counters
        self.trace = trace
        self.emergency = emergency
        self.duplicates = duplicates
        gate = NASGate(policy: policy, events: events, counters: counters)
    }

    /// Never throws and never waits. `scratch` has 4096 bytes.
    package func handle(_ exchange: Exchange, scratch: UnsafeMutableRawBufferPointer) -> Outcome {
        let began = Moment.microseconds()
        var nasName = ""
        do throws(DropReason) {
            let packet = try PacketView(exchange.bytes)
            guard PortRole.authentication.takes(packet.code) else { throw .unexpectedCode }
            let admitted = try gate.admit(packet, exchange)
            nasName = admitted.nas.name
            counters.add("requests", nas: nasName, packet.code.description)
            let key = DuplicateCache.Key(
                source: exchange.peer, localPort: exchange.local.port, code: packet.code, identifier: packet.identifier)
            switch duplicates.look(
                key, authenticator: packet.authenticator, now: exchange.now.monotonic, into: scratch)
            {
            case .kept(let length):
                counters.add("duplicates", nas: nasName, "resent")
                return .reply(Array(scratch[..<length]))
            case .inProgress: throw .duplicateInProgress
            case .new(let ticket):
                let length = try answer(packet, admitted, exchange, began, scratch)
                duplicates.keep(
                    UnsafeRawBufferPointer(rebasing: scratch[..<length]), for: ticket, now: exchange.now.monotonic)
                return .reply(Array(scratch[..<length]))
            }
        } catch {
            counters.add("drops", nas: nasName, error.rawValue)
            trace.dropped(exchange, nas: nasName, error)
            return .drop(error)
        }
    }

    private func answer(
        _ packet: PacketView, _ admitted: NASGate.Admitted, _ exchange: Exchange, _ began: Int64,
        _ scratch: UnsafeMutableRawBufferPointer
    ) throws(DropReason) -> Int {
        if packet.code == .statusServer {
            let reply = try ReplyWriter(.accessAccept, to: packet, into: scratch)
            return reply.sign(with: admitted.secret)
        }
        let facts = RequestFacts(packet, admitted.dialect)
        if facts.serviceProfile != nil, admitted.nas.servesProfiles {
            return try profile(packet, admitted, facts, scratch)
        }
        var request = LoginRequest(packet, admitted, facts, exchange)
        let start = Moment.microseconds()
        var decided = decide(&request)
        let verdictAt = Moment.microseconds()
        let length = try LoginReply.write(&decided, request, into: scratch)
        let times = TraceHub.StepTimes(
            admit: start - began, decide: verdictAt - start, reply: Moment.microseconds() - verdictAt)
        conclude(decided, request, microseconds: times.total)
        trace.answered(
            request: packet.bytes, reply: UnsafeRawBufferPointer(rebasing: scratch[..<length]), secret: request.secret,
            username: request.name.full, nas: admitted.nas.name, peer: exchange.peer.description, times: times,
            outcome: decided.refusal?.rawValue ?? "accept")
        return length
    }

    /// Runs the checks on what is known now. The same decision that `explain` shows.
    private func decide(_ request: inout LoginRequest) -> DecidedLogin {
        let found = policy.read { request.candidate(in: $0) }
        let key = request.sessionKey
        let silence = Int64(found.preferences.interimSeconds) * 3
        let marks =
            found.subscriber.map { sessions.sessions(of: $0.id, now: request.now.wall, silence: silence) } ?? []
        let proof = request.checkPassword(found.subscriber)
        var login = found.login(request, proof: proof, marks: marks.filter { $0.key != key })
        login.skips = emergency.active(found.preferences.emergency, now: request.now.wall)
        var decided = DecidedLogin(
            login: login, refusal: LoginChecks.refusal(login), proof: proof, key: key, preferences: found.preferences)
        if decided.refusal == nil { reserve(&decided, request, silence) }
        return decided
    }

    /// Takes the session's place, or refuses when another login took the last one since the checks looked.
    private func reserve(_ decided: inout DecidedLogin, _ request: LoginRequest, _ silence: Int64) {
        guard let subscriber = decided.login.subscriber else { return }
        let mark = SessionMark(
            key: decided.key, scope: request.scope, mac: decided.login.mac, state: .pending,
            lastHeard: request.now.wall)
        var login = decided.login
        let isReserved = sessions.reserve(mark, subscriber: subscriber.id, silence: silence) { others in
            login.sessions = others
            return SessionLimitCheck.refusal(login) == nil
        }
        decided.login = login
        if !isReserved { decided.refusal = .sessionLimit }
    }

    /// What a decision changes: the log, the place taken, the MAC learned.
    private func conclude(_ decided: DecidedLogin, _ request: LoginRequest, microseconds: Int64) {
        let login = decided.login
        counters.add(
            decided.refusal == nil ? "accepts" : "rejects", nas: login.nas.name, decided.refusal?.rawValue ?? "")
        events.login(
            LoginEvent(
                at: request.now.wall, username: login.name.full, subscriberID: login.subscriber?.id,
                nasID: login.nas.id, nasName: login.nas.name, nasIP: request.peer.address, mac: login.mac,
                reason: decided.refusal, method: login.password.method, microseconds: microseconds,
                detail: decided.detail))
        if decided.refusal == .replyTooLong { sessions.remove(decided.key) }
        if decided.refusal == nil {
            for word in login.neededSkips.list { counters.add("emergency_accepts", nas: login.nas.name, word) }
        }
        guard decided.refusal == nil, let subscriber = login.subscriber else { return }
        for mark in login.sessions where SessionLimitCheck.replaces(mark, login) { sessions.remove(mark.key) }
        memory.keep(
            decided.key,
            SentLogin(
                at: request.now.wall, subscriberID: subscriber.id, serviceID: subscriber.serviceID,
                tierPosition: subscriber.tierPosition, addresses: subscriber.addresses))
        if subscriber.macBinding == .learn, subscriber.mac == nil, let mac = login.mac {
            policy.change { $0.subscribers[subscriber.id]?.mac = mac }
            events.learned(mac, subscriber: subscriber.id)
        }
    }

    /// A router asks for a service's profile by name (Cisco ISG).
    private func profile(
        _ packet: PacketView, _ admitted: NASGate.Admitted, _ facts: RequestFacts,
        _ scratch: UnsafeMutableRawBufferPointer
    ) throws(DropReason) -> Int {
        let name = facts.serviceProfile ?? ""
        let found = policy.read { $0.profiles[admitted.nas.dialect]?[name] }
        counters.add("profiles", nas: admitted.nas.name, found == nil ? "unknown" : "sent")
        guard let found else {
            let reply = try ReplyWriter(.accessReject, to: packet, into: scratch)
            return reply.sign(with: admitted.secret)
        }
        var bytes: [UInt8] = []
        for part in found.parts { part.append(to: &bytes, SlotValues()) }
        var reply = try ReplyWriter(.accessAccept, to: packet, into: scratch)
        try reply.append(attributes: bytes)
        return reply.sign(with: admitted.secret)
    }
}
