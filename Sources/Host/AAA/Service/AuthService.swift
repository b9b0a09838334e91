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

    /// Never throws and never waits.
    package func handle(_ exchange: Exchange, _ workspace: Workspace) -> Outcome {
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
                key, authenticator: packet.authenticator, now: exchange.now.monotonic, into: workspace.reply)
            {
            case .kept(let length):
                counters.add("duplicates", nas: nasName, "resent")
                return .reply(length)
            case .inProgress: throw .duplicateInProgress
            case .new(let ticket):
                let length = try answer(packet, admitted, exchange, began, workspace)
                duplicates.keep(
                    UnsafeRawBufferPointer(rebasing: workspace.reply[..<length]), for: ticket,
                    now: exchange.now.monotonic)
                return .reply(length)
            }
        } catch {
            counters.add("drops", nas: nasName, error.rawValue)
            trace.dropped(exchange, nas: nasName, error)
            return .drop(error)
        }
    }

    private func answer(
        _ packet: PacketView, _ admitted: borrowing NASGate.Admitted, _ exchange: Exchange, _ began: Int64,
        _ workspace: Workspace
    ) throws(DropReason) -> Int {
        if packet.code == .statusServer {
            let reply = try ReplyWriter(.accessAccept, to: packet, into: workspace.reply)
            return reply.sign(with: admitted.secret)
        }
        let facts = RequestFacts(login: packet, admitted.dialect)
        if let profile = facts.serviceProfile, admitted.nas.servesProfiles {
            return try download(storableText(profile), packet, admitted, workspace)
        }
        var request = LoginRequest(packet, admitted, facts, exchange)
        let start = Moment.microseconds()
        var decided = decide(&request, workspace)
        let verdictAt = Moment.microseconds()
        let length = try LoginReply.write(&decided, request, into: workspace.reply)
        let times = TraceHub.StepTimes(
            admit: start - began, decide: verdictAt - start, reply: Moment.microseconds() - verdictAt)
        conclude(decided, request, microseconds: times.total)
        if trace.isActive {
            trace.answered(
                request: packet.bytes, reply: UnsafeRawBufferPointer(rebasing: workspace.reply[..<length]),
                secret: request.secret, username: request.name.full, nas: admitted.nas.name,
                peer: exchange.peer.description, times: times, outcome: decided.refusal?.rawValue ?? "accept")
        }
        return length
    }

    /// Runs the checks on what is known now. The same decision that `explain` shows.
    private func decide(_ request: inout LoginRequest, _ workspace: Workspace) -> DecidedLogin {
        let found = policy.read { request.candidate(in: $0, workspace.record) }
        let proof = request.checkPassword(found.record)
        var login = found.login(request, proof: proof)
        let key = request.sessionKey
        login.skips = emergency.active(found.preferences.emergency, now: request.now.wall)
        let claim = claim(login, key, found.preferences)
        if let claim, login.sessionLimit != nil { login.sessions = sessions.tally(claim) }
        var decided = DecidedLogin(
            login: login, refusal: LoginChecks.refusal(login), proof: proof, key: key, preferences: found.preferences,
            userName: found.record?.name)
        // Without a limit there are no places to take.
        if decided.refusal == nil, let claim, login.sessionLimit != nil { reserve(claim, &decided, request) }
        return decided
    }

    private func claim(_ login: borrowing Login, _ key: SessionKey, _ preferences: Preferences) -> SessionClaim? {
        guard let subscriber = login.subscriber else { return nil }
        return SessionClaim(
            subscriberID: subscriber.id, key: key, nasID: login.nas.id, mac: login.mac, now: login.now,
            silence: preferences.silenceSeconds)
    }

    /// Takes the session's place, or refuses when another login took the last one since the checks looked.
    private func reserve(_ claim: SessionClaim, _ decided: inout DecidedLogin, _ request: LoginRequest) {
        let isReserved = sessions.reserve(
            claim, scope: request.scope, limit: decided.login.sessionLimit, monotonic: request.now.monotonic)
        if isReserved { return }
        decided.login.sessions = sessions.tally(claim)
        decided.refusal = .sessionLimit
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
        if decided.refusal == .replyTooLong { sessions.remove(decided.key, monotonic: request.now.monotonic) }
        if decided.refusal == nil {
            for word in login.neededSkips.list { counters.add("emergency_accepts", nas: login.nas.name, word) }
        }
        guard decided.refusal == nil, let subscriber = login.subscriber else { return }
        memory.keep(
            decided.key,
            SentLogin(
                at: request.now.wall, subscriberID: subscriber.id, serviceID: subscriber.serviceID,
                tierPosition: subscriber.tierPosition, addresses: subscriber.addresses),
            now: request.now.monotonic)
        if subscriber.macBinding == .learn, subscriber.mac == nil, let mac = login.mac {
            policy.learn(mac, subscriber: subscriber.id)
            events.learned(mac, subscriber: subscriber.id)
        }
    }

    /// A router asks for a service's profile by name (Cisco ISG).
    private func download(
        _ name: String, _ packet: PacketView, _ admitted: borrowing NASGate.Admitted, _ workspace: Workspace
    ) throws(DropReason) -> Int {
        let dialect = admitted.nas.dialect
        let found = policy.read { $0.profiles[dialect]?[name] }
        counters.add("profiles", nas: admitted.nas.name, found == nil ? "unknown" : "sent")
        guard let found else {
            let reply = try ReplyWriter(.accessReject, to: packet, into: workspace.reply)
            return reply.sign(with: admitted.secret)
        }
        var bytes: [UInt8] = []
        for part in found.parts { part.append(to: &bytes, SlotValues()) }
        var reply = try ReplyWriter(.accessAccept, to: packet, into: workspace.reply)
        try reply.append(attributes: bytes)
        return reply.sign(with: admitted.secret)
    }
}
