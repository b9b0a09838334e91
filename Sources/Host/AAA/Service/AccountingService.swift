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
    private let metrics: Metrics?
    private let trace: TraceHub
    private let line: Mailbox<AccountingItem>
    /// Sends a reply later, from the thread that made it durable.
    private let send: @Sendable (_ reply: [UInt8], _ to: SourceAddress, _ from: SourceAddress) -> Void

    package init(
        policy: LivePolicy, sessions: LiveSessions, memory: LoginMemory, index: SessionIndex, events: any EventSink,
        counters: Counters, trace: TraceHub, line: Mailbox<AccountingItem>,
        duplicates: DuplicateCache = DuplicateCache(), metrics: Metrics? = nil,
        send: @escaping @Sendable (_ reply: [UInt8], _ to: SourceAddress, _ from: SourceAddress) -> Void
    ) {
        self.policy = policy
        self.sessions = sessions
        self.memory = memory
        self.index = index
        self.counters = counters
        self.metrics = metrics
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
                key, authenticator: packet.authenticator, digest: duplicates.digest(packet),
                now: exchange.now.monotonic, into: scratch)
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
        let reply: [UInt8]
        do throws(DropReason) {
            reply = Array(scratch[..<(try response(packet, admitted, scratch))])
        } catch {
            duplicates.forget(ticket)
            throw error
        }
        var entry = JournalEntry(
            nasID: admitted.nas.id, source: exchange.peer.address, arrival: exchange.now.wall,
            packet: Array(packet.bytes))
        let change = change(
            packet, admitted.nas, admitted.dialect, exchange.peer.address, exchange.now.wall, exchange.now.monotonic)
        entry.facts = change?.facts
        if trace.isActive { traceAnswer(packet, reply, admitted, change, exchange.peer) }
        let request = ParkedRequest(
            reply: reply, ticket: ticket, peer: exchange.peer, local: exchange.local, at: exchange.now.monotonic)
        let item = AccountingItem(entry: entry, change: change, request: request, waiter: self)
        guard line.put(item) else {
            drop(item)
            throw .overloaded
        }
        return .parked
    }

    /// The request may come again, and its record was written nowhere.
    private func drop(_ item: AccountingItem) {
        if let ticket = item.request.ticket { duplicates.forget(ticket) }
        if item.changesSession, !item.isRestart { index.doubt(item.row.record, key: item.row.key) }
    }

    /// The change that a journal's entry makes to its session, as it was decided when the record came. A NAS that was
    /// deleted since is read by the standards.
    package func reread(_ entry: JournalEntry) -> SessionChange? {
        let (direction, dialect) = policy.read { tables -> (OctetDirection, DialectFacts) in
            guard let nas = tables.nas[entry.nasID] else { return (.straight, .plain) }
            return (nas.octets, tables.dialects[nas.dialect] ?? .plain)
        }
        return entry.packet.withUnsafeBytes { bytes in
            guard let packet = try? PacketView(bytes),
                let record = AccountingReader.read(
                    packet, nasID: entry.nasID, octets: direction, dialect: dialect, source: entry.source,
                    arrival: entry.arrival)
            else { return nil }
            if let facts = entry.facts { return SessionChange(facts: facts, record: record) }
            return change(record, now: 0)
        }
    }

    /// What `reread` gives, taken into what is known of sessions: for a journal that an earlier process left.
    package func restore(_ entry: JournalEntry) -> SessionChange? {
        guard let change = reread(entry) else { return nil }
        if entry.facts == nil { return change }
        if change.record.status == .on || change.record.status == .off { return restarted(change.record) }
        let isOpen = change.record.status != .stop
        index.restore(change.record, key: change.key, start: change.record.start, isOpen: isOpen)
        if change.record.kind == .session { count(change, isOpen: isOpen, 0) }
        return change
    }

    private func change(
        _ packet: PacketView, _ nas: Shared<NAS>, _ dialect: DialectFacts, _ source: IPAddress, _ arrival: Int64,
        _ now: UInt64
    ) -> SessionChange? {
        guard
            let record = AccountingReader.read(
                packet, nas: nas.value, dialect: dialect, source: source, arrival: arrival)
        else {
            counters.add("accounting_ignored", nas: nas.name, "status")
            return nil
        }
        (nas.counters ?? counters.block(nasID: nas.id, name: nas.name)).accounting(record.status)
        return change(record, now: now)
    }

    private func change(_ record: AccountingRecord, now: UInt64) -> SessionChange {
        record.status == .on || record.status == .off ? restarted(record) : session(record, now)
    }

    private func restarted(_ record: AccountingRecord) -> SessionChange {
        index.restarted(nas: record.nasID)
        sessions.suspect(at: record.eventTime, scope: record.scope)
        return SessionChange(key: SessionKey(high: 0, low: 0), record: record)
    }

    private func session(_ record: AccountingRecord, _ now: UInt64) -> SessionChange {
        let login = memory.login(record.classKey)
        let (tolerance, owner) = policy.read { tables -> (Int64, Owner?) in
            let isKnown = login?.serviceID != nil
            return (tables.preferences.sessionMatchToleranceSeconds, isKnown ? nil : Owner.of(record, tables))
        }
        var change = SessionChange(key: SessionKey(high: 0, low: 0), record: record)
        change.login = login
        change.subscriberID = change.login?.subscriberID ?? owner?.id
        change.serviceID = change.login?.serviceID ?? owner?.serviceID
        change.tierPosition = change.login?.tierPosition ?? owner?.tierPosition
        if record.kind != .session { change.parentKey = record.classKey ?? index.parent(of: record) }
        let resolved = index.resolve(
            record, tolerance: tolerance, described: DescribedHash.of(change), now: now)
        change.facts.key = resolved.key
        change.advances = resolved.advances
        change.begins = resolved.isNew && record.status == .start
        if record.kind == .session { count(change, isOpen: resolved.isOpen, now) }
        return change
    }

    /// Keeps the session limit's view in step. A record that comes after its session's Stop brings nobody back online.
    private func count(_ change: SessionChange, isOpen: Bool, _ now: UInt64) {
        guard isOpen, let subscriber = change.subscriberID else {
            sessions.remove(change.key, monotonic: now)
            return
        }
        sessions.put(
            SessionMark(
                key: change.key, scope: change.record.scope, mac: change.record.mac, state: .live,
                lastHeard: change.record.eventTime),
            subscriber: subscriber, monotonic: now)
    }

    private func traceAnswer(
        _ packet: PacketView, _ reply: [UInt8], _ admitted: NASGate.Admitted, _ change: SessionChange?,
        _ peer: SourceAddress
    ) {
        reply.withUnsafeBytes {
            trace.answered(
                request: packet.bytes, reply: $0, secret: admitted.secret, username: change?.record.username ?? "",
                nas: admitted.nas.name, peer: peer.description, times: TraceHub.StepTimes(),
                outcome: "parked until durable")
        }
    }
}

extension AccountingService: AccountingWaiter {
    package func isDurable(_ item: AccountingItem) {
        let request = item.request
        let now = Moment.now().monotonic
        if let ticket = request.ticket {
            request.reply.withUnsafeBytes { duplicates.keep($0, for: ticket, now: now) }
        }
        metrics?.accountingSeconds.observe(now > request.at ? Int64(now - request.at) * 1000 : 0)
        send(request.reply, request.peer, request.local)
    }

    package func isLost(_ item: AccountingItem) {
        drop(item)
        counters.add("accounting_given_up")
    }
}
