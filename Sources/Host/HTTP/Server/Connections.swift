import Glibc
import PluginAPI
import Threads

/// Lets connections in and closes those that are late, or too many.
final class Connections: Sendable {
    private struct State {
        var table: ConnectionTable
        var evicted: ContinuousClock.Instant?
    }

    private let state: Locked<State>
    private let settings: HTTPSettings
    private let counters: HTTPCounters
    /// Connections beyond the limit, for those that come while older ones are being closed.
    static let reserve = 256

    init(_ settings: HTTPSettings, _ counters: HTTPCounters) {
        self.settings = settings
        self.counters = counters
        state = Locked(State(table: ConnectionTable(limit: settings.requestTimeout)))
    }

    var count: Int { state.withLock { $0.table.count } }

    /// Whether a new connection is taken. When all places are, those that have waited longest for a request go first.
    func admits(_ address: IPAddress?) -> Bool {
        let now = settings.clock()
        return state.withLock { state in
            if let address, !settings.isExempt(address), state.table.count(of: address) >= settings.addressLimit {
                counters.refused(.address)
                return false
            }
            let open = state.table.count
            guard open >= settings.connectionLimit else { return true }
            evict(&state, now)
            guard open < settings.connectionLimit + Connections.reserve else {
                counters.refused(.full)
                return false
            }
            return true
        }
    }

    /// Some at a time, and not for every newcomer: it looks at all.
    private func evict(_ state: inout State, _ now: ContinuousClock.Instant) {
        if let last = state.evicted, now - last < .milliseconds(100) { return }
        state.evicted = now
        let number = max(settings.connectionLimit / 20, 1)
        close(state.table.oldest(number), .evicted)
    }

    func change(_ body: (inout ConnectionTable) -> Void) { state.withLock { body(&$0.table) } }

    /// Closes those that are late. Under the lock: libmicrohttpd tells of a close before it closes, so that no
    /// descriptor here is another's by now.
    func sweep() {
        let now = settings.clock()
        state.withLock { close($0.table.overdue(now: now), .late) }
    }

    private func close(_ descriptors: [Int32], _ reason: HTTPCounters.Refusal) {
        for descriptor in descriptors {
            shutdown(descriptor, Int32(SHUT_RDWR))
            counters.refused(reason)
        }
    }
}
