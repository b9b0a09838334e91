import Dictionary
import PluginAPI
package import RADIUS

/// Access-Requests: from the datagram to the signed answer. One step after the other, each in its own file; this one
/// only leads through them.
package final class AuthService: Sendable {
    private let policy: LivePolicy
    private let sessions: LiveSessions
    private let gate: NASGate
    private let duplicates: DuplicateCache
    private let decider: LoginDecider
    private let aftermath: LoginAftermath
    private let watched: Watched
    private let trace: TraceHub

    package init(
        policy: LivePolicy, sessions: LiveSessions, memory: LoginMemory, events: any EventSink, watched: Watched,
        trace: TraceHub, duplicates: DuplicateCache = DuplicateCache(), guardian: LoginGuard = LoginGuard(),
        emergency: EmergencySwitch = EmergencySwitch()
    ) {
        self.policy = policy
        self.sessions = sessions
        self.watched = watched
        self.trace = trace
        self.duplicates = duplicates
        gate = NASGate(policy: policy, events: events, counters: watched.counters)
        decider = LoginDecider(sessions: sessions, guardian: guardian, emergency: emergency)
        aftermath = LoginAftermath(
            policy: policy, memory: memory, guardian: guardian, events: events, counters: watched.counters,
            log: watched.loginLog)
    }

    /// Never throws and never waits. All of it looks at the same policy.
    package func handle(_ exchange: Exchange, _ workspace: Workspace) -> Outcome {
        policy.read { handle(exchange, workspace, $0) }
    }

    private func handle(
        _ exchange: Exchange, _ workspace: Workspace, _ tables: borrowing PolicyTables
    ) -> Outcome {
        var counters = watched.counters.unknown
        do throws(DropReason) {
            let packet = try PacketView(exchange.bytes)
            guard PortRole.authentication.takes(packet.code) else { throw .unexpectedCode }
            let key = DuplicateCache.Key(
                source: exchange.peer, localPort: exchange.local.port, code: packet.code, identifier: packet.identifier)
            duplicates.prefetch(key, packet.authenticator)
            let admitted = try gate.admit(packet, exchange, in: tables, counting: &counters)
            switch duplicates.look(
                key, authenticator: packet.authenticator, digest: duplicates.digest(packet),
                now: exchange.now.monotonic, into: workspace.reply)
            {
            case .kept(let length):
                counters.duplicateResent()
                return .reply(length)
            case .inProgress: throw .duplicateInProgress
            case .new(let ticket): return try answer(packet, admitted, exchange, workspace, tables, ticket)
            }
        } catch {
            counters.drop(error)
            if trace.isActive { trace.dropped(exchange, nas: counters.name, error) }
            return .drop(error)
        }
    }

    /// Answers a new request, and keeps the answer; one that can't be answered may come again.
    private func answer(
        _ packet: PacketView, _ admitted: borrowing NASGate.Admitted, _ exchange: Exchange, _ workspace: Workspace,
        _ tables: borrowing PolicyTables, _ ticket: DuplicateCache.Ticket
    ) throws(DropReason) -> Outcome {
        do throws(DropReason) {
            let outcome = try answer(packet, admitted, exchange, workspace, tables)
            if let length = outcome.length {
                let reply = UnsafeRawBufferPointer(rebasing: workspace.reply[..<length])
                duplicates.keep(reply, for: ticket, now: exchange.now.monotonic)
            }
            return outcome
        } catch {
            duplicates.forget(ticket)
            throw error
        }
    }

    private func answer(
        _ packet: PacketView, _ admitted: borrowing NASGate.Admitted, _ exchange: Exchange, _ workspace: Workspace,
        _ tables: borrowing PolicyTables
    ) throws(DropReason) -> Outcome {
        if packet.code == .statusServer {
            let reply = try ReplyWriter(.accessAccept, to: packet, into: workspace.reply)
            return .reply(reply.sign(with: admitted.secret))
        }
        let facts = RequestFacts(login: packet, admitted.dialect)
        if let profile = facts.serviceProfile, admitted.nas.servesProfiles {
            return .reply(try download(storableText(profile), packet, admitted, workspace, tables))
        }
        var clock = TraceHub.StepClock(isOn: trace.isActive, from: exchange.now)
        var request = LoginRequest(packet, admitted, facts, exchange)
        clock.lap(\.admit)
        aftermath.prefetch(request)
        var decided = decider.decide(&request, workspace, tables)
        clock.lap(\.decide)
        let wasAccepted = decided.refusal == nil
        let length = try LoginReply.write(&decided, request, into: workspace.reply)
        clock.lap(\.reply)
        if wasAccepted, decided.refusal != nil { sessions.remove(decided.key, monotonic: request.now.monotonic) }
        let microseconds = max(0, Moment.microseconds() - exchange.now.microseconds)
        watched.metrics.loginSeconds.observe(microseconds)
        aftermath.conclude(decided, request, admitted.counters, microseconds: microseconds)
        if trace.isActive { tell(decided, request, admitted, clock.times, workspace.reply[..<length]) }
        let delay = decided.refusal == nil ? 0 : decided.preferences.rejectDelayMilliseconds
        return delay == 0 ? .reply(length) : .later(length, milliseconds: delay)
    }

    private func tell(
        _ decided: borrowing DecidedLogin, _ request: borrowing LoginRequest, _ admitted: borrowing NASGate.Admitted,
        _ times: TraceHub.StepTimes, _ reply: Slice<UnsafeMutableRawBufferPointer>
    ) {
        trace.answered(
            request: request.packet.bytes, reply: UnsafeRawBufferPointer(rebasing: reply), secret: request.secret,
            username: request.name.full, nas: admitted.nas.name, peer: request.peer.description,
            times: times, outcome: decided.refusal?.rawValue ?? "accept")
    }

    /// A router asks for a service's profile by name (Cisco ISG).
    private func download(
        _ name: String, _ packet: PacketView, _ admitted: borrowing NASGate.Admitted, _ workspace: Workspace,
        _ tables: borrowing PolicyTables
    ) throws(DropReason) -> Int {
        let found = tables.profiles[admitted.nas.dialect]?[name]
        admitted.counters.profile(isKnown: found != nil)
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
