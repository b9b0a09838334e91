package import RADIUS

/// One endpoint's thread: receives batches, hands each datagram to its service, sends the replies back together, and
/// the delayed ones when they are due.
package final class UDPListener: Sendable {
    package typealias Handler = @Sendable (_ exchange: Exchange, _ workspace: Workspace) -> Outcome

    private let endpoint: UDPEndpoint
    private let stop: StopEvent
    private let watched: Watched
    private let fairness: Fairness
    private let handle: Handler
    private let log: @Sendable (String) -> Void

    package init(
        _ endpoint: UDPEndpoint, stop: StopEvent, watched: Watched, fairness: Fairness,
        log: @escaping @Sendable (String) -> Void, handle: @escaping Handler
    ) {
        self.endpoint = endpoint
        self.stop = stop
        self.watched = watched
        self.fairness = fairness
        self.log = log
        self.handle = handle
    }

    package func start(_ name: String) -> WorkerThread {
        WorkerThread(name) { [self] in run() }
    }

    /// What the thread works with.
    private struct Desk {
        let incoming = DatagramBatch()
        let outgoing = DatagramBatch()
        let workspace = Workspace()
        let delayed = RejectDelay()
        var share = FairShare()
        /// The kernel's running total of what was lost at this socket.
        var drops: UInt32 = 0
        var lastBatches = 0
    }

    /// Batches that are still answered once it is told to stop: what is queued then, and no flood for ever. What is left
    /// waits in the socket for a successor.
    private static let lastBatches = 64

    /// Until told to stop; what the kernel has queued by then is still answered.
    private func run() {
        var desk = Desk()
        while true {
            do {
                let readiness = try endpoint.wait(stop: stop, timeoutMilliseconds: patience(desk))
                if readiness == .timedOut { fairness.rest(Moment.now().monotonic) }
                while try endpoint.receive(into: desk.incoming, drops: &desk.drops) > 0 {
                    answer(&desk)
                    sendDue(desk, Moment.now().monotonic)
                    guard readiness == .stopped else { continue }
                    desk.lastBatches += 1
                    let isLast = desk.lastBatches == UDPListener.lastBatches
                    if isLast || desk.incoming.count < desk.incoming.capacity { break }
                }
                // A successor knows nothing of the rejects that wait: they go out now.
                sendDue(desk, readiness == .stopped ? .max : Moment.now().monotonic)
                if readiness == .stopped { return }
            } catch {
                log("the socket at \(endpoint.address) failed: \(error)")
                return
            }
        }
    }

    /// Milliseconds to wait for datagrams: until a delayed reply is due.
    private func patience(_ desk: Desk) -> Int32 {
        let most = fairness.patienceMilliseconds
        guard let due = desk.delayed.nextDue() else { return most ?? -1 }
        let now = Moment.now().monotonic
        return due <= now ? 0 : min(Int32(clamping: due - now), most ?? .max)
    }

    private func answer(_ desk: inout Desk) {
        let now = Moment.now()
        watched.metrics.receiveBatch.observe(Int64(desk.incoming.count))
        var unknown = 0
        for index in 0..<desk.incoming.count {
            let peer = desk.incoming.peer(index)
            if desk.share.isCounting, !desk.share.admits(peer.address) { continue }
            var local = desk.incoming.local(index)
            local.port = endpoint.address.port
            let exchange = Exchange(bytes: desk.incoming.bytes(index), peer: peer, local: local, now: now)
            // Replies are written where they are sent from.
            if desk.outgoing.nextBuffer == nil { send(desk) }
            if let room = desk.outgoing.nextBuffer { desk.workspace.reply = room }
            switch handle(exchange, desk.workspace) {
            case .reply(let length): append(desk, length, exchange)
            case .later(let length, let milliseconds): hold(desk, length, exchange, due: now.monotonic + milliseconds)
            case .drop(let reason): if fairness.isStranger(peer, reason) { unknown += 1 }
            case .parked: break
            }
        }
        send(desk)
        fairness.look(&desk.share, desk.incoming, unknown: unknown, drops: desk.drops, now: now.monotonic)
    }

    private func hold(_ desk: Desk, _ length: Int, _ exchange: Exchange, due: UInt64) {
        let reply = UnsafeRawBufferPointer(rebasing: desk.workspace.reply[..<length])
        if !desk.delayed.hold(reply, to: exchange.peer, from: exchange.local, due: due) {
            watched.counters.add("rejects_undelayed")
            append(desk, length, exchange)
        }
    }

    private func append(_ desk: Desk, _ length: Int, _ exchange: Exchange) {
        desk.outgoing.append(length: length, to: exchange.peer, from: exchange.local)
    }

    private func sendDue(_ desk: Desk, _ now: UInt64) {
        guard desk.delayed.count > 0 else { return }
        desk.delayed.due(now) { packet, peer, local in
            if desk.outgoing.nextBuffer == nil { send(desk) }
            guard let room = desk.outgoing.nextBuffer else { return }
            room.copyMemory(from: packet)
            desk.outgoing.append(length: packet.count, to: peer, from: local)
        }
        send(desk)
    }

    private func send(_ desk: Desk) {
        guard desk.outgoing.count > 0 else { return }
        watched.metrics.sendBatch.observe(Int64(desk.outgoing.count))
        let failed = endpoint.send(desk.outgoing)
        if failed > 0 { watched.counters.add("send_failures", by: UInt64(failed)) }
    }
}
