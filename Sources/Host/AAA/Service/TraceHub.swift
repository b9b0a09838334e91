package import RADIUS
import Synchronization
import Threads

/// Live traces: who listens gets each matching exchange as text. Costs one load of a flag while nobody does.
package final class TraceHub: Sendable {
    /// One exchange; bytes are copies.
    package struct Event: Sendable {
        package var peer: String
        package var nas: String
        package var username: String
        package var request: [UInt8]
        package var reply: [UInt8]
        package var secret: SharedSecret?
        package var times: StepTimes
        package var outcome: String
    }

    /// Microseconds that the steps of an exchange took.
    package struct StepTimes: Sendable, Hashable {
        /// Finding and proving the NAS, looking for a duplicate.
        package var admit: Int64 = 0
        /// Finding the subscriber, the password, the checks.
        package var decide: Int64 = 0
        /// Writing and signing the reply.
        package var reply: Int64 = 0

        package var total: Int64 { admit + decide + reply }
    }

    /// Reads the clock for the steps, when somebody listens.
    struct StepClock {
        private let isOn: Bool
        private var last: Int64
        private(set) var times = StepTimes()

        init(isOn: Bool, from moment: Moment) {
            self.isOn = isOn
            last = moment.microseconds
        }

        mutating func lap(_ step: WritableKeyPath<StepTimes, Int64>) {
            guard isOn else { return }
            let now = Moment.microseconds()
            times[keyPath: step] = now - last
            last = now
        }
    }

    private struct Listener {
        let user: String?
        let nas: String?
        let take: @Sendable (Event) -> Void
    }

    private let listeners = Locked<[Int: Listener]>([:])
    private let next = Atomic<Int>(0)
    private let active = Atomic<Int>(0)

    package init() {}

    /// Whether anyone listens.
    package var isActive: Bool { active.load(ordering: .relaxed) > 0 }

    /// Filters by user name and NAS name when given. The result ends the trace.
    package func listen(
        user: String?, nas: String?, _ take: @escaping @Sendable (Event) -> Void
    ) -> @Sendable () -> Void {
        let id = next.add(1, ordering: .relaxed).newValue
        listeners.withLock { $0[id] = Listener(user: user, nas: nas, take: take) }
        active.add(1, ordering: .relaxed)
        return { [self] in
            let gone = listeners.withLock { $0.removeValue(forKey: id) }
            if gone != nil { active.subtract(1, ordering: .relaxed) }
        }
    }

    func answered(
        request: UnsafeRawBufferPointer, reply: UnsafeRawBufferPointer, secret: SharedSecret, username: String,
        nas: String, peer: String, times: StepTimes, outcome: String
    ) {
        guard isActive else { return }
        tell(
            Event(
                peer: peer, nas: nas, username: username, request: Array(request), reply: Array(reply), secret: secret,
                times: times, outcome: outcome))
    }

    func dropped(_ exchange: Exchange, nas: String, _ reason: DropReason) {
        guard isActive else { return }
        tell(
            Event(
                peer: exchange.peer.description, nas: nas, username: "", request: Array(exchange.bytes), reply: [],
                secret: nil, times: StepTimes(), outcome: "dropped: \(reason.rawValue)"))
    }

    private func tell(_ event: Event) {
        let wanting = listeners.withLock { listeners in
            listeners.values.filter {
                ($0.user == nil || $0.user == event.username) && ($0.nas == nil || $0.nas == event.nas)
            }
        }
        for listener in wanting { listener.take(event) }
    }
}
