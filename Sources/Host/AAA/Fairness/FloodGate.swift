import PluginAPI
package import RADIUS
import Synchronization
import Threads

/// Keeps a flood of unknown sources out of one socket: while it lasts the kernel drops what no NAS sends, except a
/// little, by which the flood's size and its end are seen. Shared by the socket's threads.
package final class FloodGate: Sendable {
    /// While it filters, threads look at least this often, for a NAS may be new.
    package static let patienceMilliseconds: Int32 = 100

    private struct State {
        var watch = FloodWatch()
        var split: DropSplit
        var settledAt: UInt64 = 0
        /// What the filter knows; nil when there is no filter.
        var known: SourceIntervals?
        var version: UInt64 = 0
    }

    private let endpoint: UDPEndpoint
    private let policy: LivePolicy
    private let events: any EventSink
    private let counters: Counters
    private let log: @Sendable (String) -> Void
    private let subject: String
    private let filters = Atomic(false)
    private let state: Locked<State>

    /// A filter that a predecessor left on the socket goes on with the NAS of now, until the flood is over.
    /// - now: milliseconds of the monotonic clock.
    package init(
        _ endpoint: UDPEndpoint, node: String, policy: LivePolicy, events: any EventSink, counters: Counters,
        now: UInt64, log: @escaping @Sendable (String) -> Void
    ) {
        self.endpoint = endpoint
        self.policy = policy
        self.events = events
        self.counters = counters
        self.log = log
        subject = "\(node) \(endpoint.address)"
        state = Locked(State(split: DropSplit(total: endpoint.queue?.drops ?? 0)))
        state.withLock { state in
            if unfilter() {
                state.watch = FloodWatch(floodSince: now)
                begin(&state, now)
            } else {
                // A predecessor that was killed could not say that its flood was over.
                events.cleared(kind: .unknownFlood, subject: subject)
            }
        }
    }

    package var isFiltering: Bool { filters.load(ordering: .relaxed) }

    /// Whether no NAS may send from there.
    package func isStranger(_ source: SourceAddress) -> Bool { policy.read { !$0.knows(source.address) } }

    /// After each batch, and now and then without one.
    /// - unknown: how many of it came from strangers.
    /// - drops: the kernel's running total.
    package func look(unknown: Int, drops: UInt32, now: UInt64) {
        state.withLock { state in
            state.split.see(total: drops, passed: unknown)
            if now >= state.settledAt + 1000 || state.known == nil { settle(&state, now) }
            let weight = state.known == nil ? 1 : FilterProgram.trickle
            if state.watch.look(unknown: unknown * weight, now: now) {
                state.watch.isFlood ? begin(&state, now) : end(&state, now)
            } else if state.known != nil {
                follow(&state)
            }
        }
    }

    private func begin(_ state: inout State, _ now: UInt64) {
        // What was lost before there was a filter, the queue lost.
        settle(&state, now)
        let problem = filter(&state)
        let measure =
            problem.map { "They can't be kept out in the kernel (\($0)) and may delay the answers to others." }
            ?? "Until it ends the kernel keeps out all but one in \(FilterProgram.trickle) of theirs."
        log("unknown sources flood \(endpoint.address). \(measure)")
        events.alarm(
            kind: .unknownFlood, subject: subject,
            message: "Sources that are no NAS send more than \(FloodWatch.limit) datagrams a second to "
                + "\(endpoint.address). \(measure) `tollkeeper nas unknown` lists some of them.")
    }

    private func end(_ state: inout State, _ now: UInt64) {
        letIn(&state, now)
        log("the flood of \(endpoint.address) by unknown sources is over")
        events.cleared(kind: .unknownFlood, subject: subject)
    }

    private func unfilter() -> Bool {
        do {
            return try endpoint.unfilter()
        } catch {
            log("\(error)")
            return false
        }
    }

    /// A NAS that is new passes at once.
    private func follow(_ state: inout State) {
        guard policy.read({ $0.version }) != state.version, let problem = filter(&state) else { return }
        log("\(problem): sources that are no NAS are let in again")
        letIn(&state, state.settledAt)
    }

    /// No filter any more: everybody passes.
    private func letIn(_ state: inout State, _ now: UInt64) {
        settle(&state, now)
        _ = unfilter()
        state.known = nil
        filters.store(false, ordering: .relaxed)
    }

    /// Attaches the filter for the NAS of now, unless it is attached already; what went wrong.
    private func filter(_ state: inout State) -> String? {
        let (version, sources) = policy.read { ($0.version, $0.nasSources) }
        state.version = version
        let known = SourceIntervals(sources)
        guard known != state.known else { return nil }
        do {
            if try endpoint.filter(known) {
                log(
                    "\(sources.count) sources of NAS are more than the kernel's filter holds: their neighbours pass too"
                )
            }
            state.known = known
            filters.store(true, ordering: .relaxed)
            return nil
        } catch {
            return error.description
        }
    }

    private func settle(_ state: inout State, _ now: UInt64) {
        // Between floods each datagram brings the total along.
        if state.known != nil || state.watch.isFlood, let queue = endpoint.queue {
            state.split.see(total: queue.drops, passed: 0)
        }
        state.settledAt = now
        let parts = state.split.take(isFiltering: state.known != nil)
        counters.add("kernel_drops", by: parts.overflow)
        counters.add("unknown_filtered", by: parts.filtered)
    }
}
