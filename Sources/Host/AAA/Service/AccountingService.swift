import PluginAPI
package import RADIUS

/// Accounting-Requests: verified, read, given to the one accounting line, answered when durable.
package final class AccountingService: Sendable {
    private let policy: LivePolicy
    private let sessions: LiveSessions
    private let memory: LoginMemory
    private let index: SessionIndex
    private let gate: NASGate
    private let duplicates: DuplicateCache
    private let counters: Counters
    private let trace: TraceHub
    private let line: Mailbox<AccountingItem>
    /// Sends a reply later, from the thread that made it durable.
    private let send: @Sendable (_ reply: [UInt8], _ to: SourceAddress, _ from: SourceAddress) -> Void

    package init(
        policy: LivePolicy, sessions: LiveSessions, memory: LoginMemory, index: SessionIndex, events: any EventSink,
        counters: Counters, trace: TraceHub, line: Mailbox<AccountingItem>,
        duplicates: DuplicateCache = DuplicateCache(),
        send: @escaping @Sendable (_ reply: [UInt8], _ to: SourceAddress, _ from: SourceAddress) -> Void
    ) {
        self.policy = policy
        self.sessions = sessions
        self.memory = memory
        self.index = index
        self.counters = counters
        self.trace = trace
        self.line = line
        self.duplicates = duplicates
        self.send = send
        gate = NASGate(policy: policy, events: events, counters: counters)
    }

    /// Never throws and never waits. `scratch` has 4096 bytes.
    package func handle(_ exchange: Exchange, scratch: UnsafeMutableRawBufferPointer) -> Outcome {
        var block = counters.unknown
        do throws(DropReason) {
            let packet = try PacketView(exchange.bytes)
            guard PortRole.accounting.takes(packet.code) else { throw .unexpectedCode }
            let admitted = try gate.admit(packet, exchange, counting: &block)
            if packet.code == .statusServer {
                let length = try response(packet, admitted, scratch)
                return .reply(length)
            }
            let key = DuplicateCache.Key(
                source: exchange.peer, localPort: exchange.local.port, code: packet.code, identifier: packet.identifier)
            switch duplicates.look(
                key, authenticator: packet.authenticator, now: exchange.now.monotonic, into: scratch)
            {
            case .kept(let length):
                block.duplicateResent()
                return .reply(length)
            case .inProgress: throw .duplicateInProgress
            case .new(let ticket): return try park(packet, admitted, exchange, ticket, scratch)
            }
        } catch {
            block.drop(error)
            if trace.isActive { trace.dropped(exchange, nas: block.name, error) }
            return .drop(error)
        }
    }

    private func response(
        _ packet: PacketView, _ admitted: NASGate.Admitted, _ scratch: UnsafeMutableRawBufferPointer
    ) throws(DropReason) -> Int {
        let reply = try ReplyWriter(.accountingResponse, to: packet, into: scratch)
        return reply.sign(with: admitted.secret)
    }

    /// Puts the record on the line with its answer ready.
    private func park(
        _ packet: PacketView, _ admitted: NASGate.Admitted, _ exchange: Exchange, _ ticket: DuplicateCache.Ticket,
        _ scratch: UnsafeMutableRawBufferPointer
    ) throws(DropReason) -> Outcome {
        let reply = Array(scratch[..<(try response(packet, admitted, scratch))])
        let entry = JournalEntry(
            nasID: admitted.nas.id, source: exchange.peer.address, arrival: exchange.now.wall,
            packet: Array(packet.bytes))
        let change = change(packet, admitted, exchange.peer.address, exchange.now.wall)
        traceAnswer(packet, reply, admitted, change, exchange.peer)
        let (peer, local) = (exchange.peer, exchange.local)
        let item = AccountingItem(
            entry: entry, change: change,
            answer: { [duplicates, send] in
                reply.withUnsafeBytes { duplicates.keep($0, for: ticket, now: Moment.now().monotonic) }
                send(reply, peer, local)
            },
            giveUp: { [duplicates, counters] in
                duplicates.forget(ticket)
                counters.add("accounting_given_up")
            })
        guard line.put(item) else {
            duplicates.forget(ticket)
            throw .overloaded
        }
        return .parked
    }

    /// The change that a packet makes to its session, and to who counts as online. Also the way back from the journal.
    package func change(_ entry: JournalEntry) -> SessionChange? {
        entry.packet.withUnsafeBytes { bytes in
            guard let packet = try? PacketView(bytes),
                let (nas, dialect) = policy.read({ tables -> (Shared<NAS>, DialectFacts)? in
                    tables.nas[entry.nasID].map { ($0, tables.dialects[$0.dialect] ?? .plain) }
                })
            else { return nil }
            return change(packet, nas, dialect, entry.source, entry.arrival)
        }
    }

    private func change(
        _ packet: PacketView, _ admitted: NASGate.Admitted, _ source: IPAddress, _ arrival: Int64
    ) -> SessionChange? {
        change(packet, admitted.nas, admitted.dialect, source, arrival)
    }

    private func change(
        _ packet: PacketView, _ nas: Shared<NAS>, _ dialect: DialectFacts, _ source: IPAddress, _ arrival: Int64
    ) -> SessionChange? {
        guard
            let record = AccountingReader.read(
                packet, nas: nas.value, dialect: dialect, source: source, arrival: arrival)
        else {
            counters.add("accounting_ignored", nas: nas.name, "status")
            return nil
        }
        (nas.counters ?? counters.block(nasID: nas.id, name: nas.name)).accounting(record.status)
        if record.status == .on || record.status == .off { return restarted(record) }
        return session(record)
    }

    private func restarted(_ record: AccountingRecord) -> SessionChange {
        sessions.suspect(at: record.eventTime, scope: record.scope)
        return SessionChange(key: SessionKeyDigest.key(of: ["restart"]), record: record)
    }

    private func session(_ record: AccountingRecord) -> SessionChange {
        let (tolerance, owner) = policy.read { tables -> (Int64, Subscriber?) in
            return (tables.preferences.sessionMatchToleranceSeconds, AccountingService.owner(of: record, tables))
        }
        let resolved = index.resolve(record, tolerance: tolerance)
        var change = SessionChange(key: resolved.key, record: record)
        change.login = memory.login(record.classKey)
        change.subscriberID = change.login?.subscriberID ?? owner?.id
        change.serviceID = change.login?.serviceID ?? owner?.serviceID
        change.tierPosition = change.login?.tierPosition ?? owner?.tierPosition
        if record.kind != .session { change.parentKey = record.classKey ?? index.parent(of: record) }
        if record.kind == .session { count(change, isOpen: resolved.isOpen) }
        return change
    }

    /// Whose a record is when it does not bring the login's Class: by name, or by the device or line that stood in for
    /// one.
    private static func owner(of record: AccountingRecord, _ tables: borrowing PolicyTables) -> Subscriber? {
        let name = LoginName(record.username ?? "")
        if let found = tables.subscribers.subscriber(named: name.full)
            ?? tables.subscribers.subscriber(named: name.user)
        {
            return found
        }
        guard let nas = tables.nas[record.nasID] else { return nil }
        if nas.allowsMACLogin, let mac = MACAddress(name.full) ?? record.mac,
            let found = tables.subscribers.subscriber(mac: mac)
        {
            return found
        }
        guard nas.allowsLineLogin, let line = record.line else { return nil }
        return tables.subscribers.subscriber(line: line)
    }

    /// Keeps the session limit's view in step. A record that comes after its session's Stop brings nobody back online.
    private func count(_ change: SessionChange, isOpen: Bool) {
        guard isOpen, let subscriber = change.subscriberID else {
            sessions.remove(change.key)
            return
        }
        sessions.put(
            SessionMark(
                key: change.key, scope: change.record.scope, mac: change.record.mac, state: .live,
                lastHeard: change.record.eventTime),
            subscriber: subscriber)
    }

    private func traceAnswer(
        _ packet: PacketView, _ reply: [UInt8], _ admitted: NASGate.Admitted, _ change: SessionChange?,
        _ peer: SourceAddress
    ) {
        guard trace.isActive else { return }
        reply.withUnsafeBytes {
            trace.answered(
                request: packet.bytes, reply: $0, secret: admitted.secret, username: change?.record.username ?? "",
                nas: admitted.nas.name, peer: peer.description, times: TraceHub.StepTimes(),
                outcome: "parked until durable")
        }
    }
}
