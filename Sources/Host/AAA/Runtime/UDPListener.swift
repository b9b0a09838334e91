package import RADIUS

/// One endpoint's thread: receives batches, hands each datagram to its service, sends the replies back together.
package final class UDPListener: Sendable {
    package typealias Handler = @Sendable (_ exchange: Exchange, _ workspace: Workspace) -> Outcome

    private let endpoint: UDPEndpoint
    private let stop: StopEvent
    private let counters: Counters
    private let handle: Handler
    private let log: @Sendable (String) -> Void

    package init(
        _ endpoint: UDPEndpoint, stop: StopEvent, counters: Counters, log: @escaping @Sendable (String) -> Void,
        handle: @escaping Handler
    ) {
        self.endpoint = endpoint
        self.stop = stop
        self.counters = counters
        self.log = log
        self.handle = handle
    }

    package func start(_ name: String) -> WorkerThread {
        WorkerThread(name) { [self] in run() }
    }

    /// Until told to stop; what the kernel has queued by then is still answered.
    private func run() {
        let incoming = DatagramBatch()
        let outgoing = DatagramBatch()
        let workspace = Workspace()
        var drops = KernelDrops()
        while true {
            do {
                let readiness = try endpoint.wait(stop: stop)
                while try endpoint.receive(into: incoming, drops: &drops.seen) > 0 {
                    answer(incoming, outgoing, workspace)
                    counters.add("kernel_drops", by: drops.new())
                    if readiness == .stopped, incoming.count < incoming.capacity { break }
                }
                if readiness == .stopped { return }
            } catch {
                log("the socket at \(endpoint.address) failed: \(error)")
                return
            }
        }
    }

    private func answer(
        _ incoming: DatagramBatch, _ outgoing: DatagramBatch, _ workspace: Workspace
    ) {
        let now = Moment.now()
        for index in 0..<incoming.count {
            var local = incoming.local(index)
            local.port = endpoint.address.port
            let exchange = Exchange(
                bytes: incoming.bytes(index), peer: incoming.peer(index), local: local, now: now)
            guard case .reply(let length) = handle(exchange, workspace) else { continue }
            guard let room = outgoing.nextBuffer else { continue }
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: workspace.reply[..<length]))
            outgoing.append(length: length, to: exchange.peer, from: local)
        }
        let failed = endpoint.send(outgoing)
        if failed > 0 { counters.add("send_failures", by: UInt64(failed)) }
    }

    /// The kernel tells a running total; counted are the differences.
    private struct KernelDrops {
        var seen: UInt32 = 0
        private var counted: UInt32 = 0

        mutating func new() -> UInt64 {
            defer { counted = seen }
            return UInt64(seen &- counted)
        }
    }
}
