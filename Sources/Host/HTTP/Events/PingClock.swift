import Threads

/// Sends every open event stream a ping now and then, from one thread for all of them: proxies and browsers see that the
/// connection lives, and we see who is gone.
package final class PingClock: Sendable {
    private struct Entry: Sendable {
        weak var writer: EventWriter?
    }

    private let entries = Locked<[Entry]>([])
    private let ticker = Locked<Ticker?>(nil)

    package static let shared = PingClock(every: .seconds(15))

    /// - every: nil for one whose time comes by `tick` alone.
    package init(every period: Duration?) {
        guard let period else { return }
        let milliseconds = Int(period / .milliseconds(1))
        ticker.withLock { $0 = Ticker("event pings", milliseconds: milliseconds) { [weak self] in self?.tick() } }
    }

    func add(_ writer: EventWriter) { entries.withLock { $0.append(Entry(writer: writer)) } }

    package func tick() {
        // Strong ones outside of the lock: a writer that is let go of here ends its stream.
        let writers = entries.withLock { entries in
            entries.removeAll { $0.writer?.isOpen != true }
            return entries.compactMap(\.writer)
        }
        for writer in writers { writer.send(.ping) }
    }
}
