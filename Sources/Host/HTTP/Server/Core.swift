import Synchronization
import Threads

/// What all listeners of a server share.
final class Core: Sendable {
    private let routing: Locked<Router>
    let settings: HTTPSettings
    let counters = HTTPCounters()
    let connections: Connections
    /// Bytes of bodies that are being received.
    let bodyBytes = Atomic(0)
    let streams = Atomic(0)
    /// Bodies now that have minutes to come.
    private let longBodies = Atomic(0)
    private let stopping = Atomic(false)
    private let current = Locked(Current())

    private struct Current: Sendable {
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        /// Nothing is waited for any more.
        var isClosing = false
    }

    init(_ router: Router, _ settings: HTTPSettings) {
        routing = Locked(router)
        self.settings = settings
        connections = Connections(settings, counters)
    }

    var router: Router {
        get { routing.withLock { $0 } }
        set { routing.withLock { $0 = newValue } }
    }

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// Whether a connection ends with its answer.
    var endsConnections: Bool {
        isStopping || connections.count - streams.load(ordering: .relaxed) > settings.keepAliveLimit
    }

    func began(_ exchange: Exchange) {
        let isClosing = current.withLock { current in
            current.exchanges[ObjectIdentifier(exchange)] = exchange
            return current.isClosing
        }
        if isClosing { exchange.stop(now: true) }
    }

    func ended(_ exchange: Exchange) {
        let known = current.withLock { $0.exchanges.removeValue(forKey: ObjectIdentifier(exchange)) }
        guard known != nil else { return }
        exchange.detach()
        bodyBytes.subtract(exchange.bodyCount, ordering: .relaxed)
        endsLongBody(exchange)
    }

    /// Whether there is a place for one more body that has minutes to come.
    func takesLongBody(_ exchange: Exchange) -> Bool {
        guard longBodies.add(1, ordering: .relaxed).newValue <= settings.longBodies else {
            longBodies.subtract(1, ordering: .relaxed)
            return false
        }
        exchange.holdsLongBody = true
        return true
    }

    /// It is whole, or its client gone.
    func endsLongBody(_ exchange: Exchange) {
        guard exchange.holdsLongBody else { return }
        exchange.holdsLongBody = false
        longBodies.subtract(1, ordering: .relaxed)
    }

    /// Closes connections that are late, and ends event streams whose clients have closed their side.
    func sweep() {
        connections.sweep()
        for exchange in current.withLock({ Array($0.exchanges.values) }) { exchange.endIfUnheard() }
    }

    /// Whether a body may grow by so much.
    func takesBody(_ count: Int) -> Bool {
        let total = bodyBytes.add(count, ordering: .relaxed).newValue
        guard total > settings.bodyMemory else { return true }
        bodyBytes.subtract(count, ordering: .relaxed)
        return false
    }

    /// Ends event streams, waits for the answers to what has been asked, up to the limit, and breaks off the rest.
    func stop() {
        stopping.store(true, ordering: .relaxed)
        for exchange in current.withLock({ Array($0.exchanges.values) }) { exchange.stop(now: false) }
        wait(settings.stopTimeout)
        let left = current.withLock { current in
            current.isClosing = true
            return Array(current.exchanges.values)
        }
        for exchange in left { exchange.stop(now: true) }
        wait(.seconds(1))
    }

    private func wait(_ limit: Duration) {
        let pause = Signal()
        let end = ContinuousClock.now + limit
        while !current.withLock({ $0.exchanges.isEmpty }), ContinuousClock.now < end {
            _ = pause.wait(milliseconds: 10)
        }
    }
}
