import PluginAPI
package import RADIUS
import Synchronization
import Threads

/// Keeps floods out of one socket's queue. While unknown sources flood it the kernel drops what no NAS sends, except a
/// little, by which the flood's size and its end are seen; of a NAS gone mad it lets in about what that is served.
/// Shared by the socket's threads.
package final class FloodGate: Sendable {
    /// While it filters, threads look at least this often, for a NAS may be new.
    package static let patienceMilliseconds: Int32 = 100

    struct State {
        var watch = FloodWatch()
        var thinning = Thinning()
        var split: DropSplit
        var settledAt: UInt64 = 0
        var filter: SocketFilter
        /// Of the policy whose NAS the filter knows.
        var version: UInt64 = 0
        /// When a thinned source was last told of.
        var toldAt: UInt64?
    }

    let endpoint: UDPEndpoint
    let policy: LivePolicy
    private let events: any EventSink
    let counters: Counters
    let log: @Sendable (String) -> Void
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
        state = Locked(
            State(split: DropSplit(total: endpoint.queue?.drops ?? 0), filter: SocketFilter(endpoint)))
        state.withLock { state in
            if remove(&state) {
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
    /// - batch: what came.
    /// - unknown: how many of it came from strangers.
    /// - refusals: of the thread's window, if it ended.
    /// - drops: the kernel's running total; nil when it was not told.
    package func look(
        _ batch: DatagramBatch? = nil, unknown: Int, refusals: [FairShare.Refusal] = [], drops: UInt32?, now: UInt64
    ) {
        state.withLock { state in
            state.split.see(total: drops, passed: unknown)
            see(batch, refusals, &state)
            if now >= state.settledAt + 1000 || !state.filter.isThere { settle(&state, now) }
            let weight = state.filter.known == nil ? 1 : FilterProgram.trickle
            if state.watch.look(unknown: unknown * weight, now: now) {
                state.watch.isFlood ? begin(&state, now) : end(&state, now)
            } else if thin(&state, now) {
                settle(&state, now)
                follow(&state)
            } else if state.filter.known != nil, policy.read({ $0.version }) != state.version {
                follow(&state)
            }
        }
    }

    private func begin(_ state: inout State, _ now: UInt64) {
        // What was lost before there was a filter, the queue lost.
        settle(&state, now)
        let problem = set(&state)
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
        settle(&state, now)
        follow(&state)
        log("the flood of \(endpoint.address) by unknown sources is over")
        events.cleared(kind: .unknownFlood, subject: subject)
    }

    /// A NAS that is new passes at once, and what is thinned changes.
    private func follow(_ state: inout State) {
        guard let problem = set(&state) else { return }
        log("\(problem): every source is let in again")
        settle(&state, state.settledAt)
        _ = remove(&state)
    }

    private func remove(_ state: inout State) -> Bool {
        defer { filters.store(false, ordering: .relaxed) }
        do {
            return try state.filter.remove()
        } catch {
            log("\(error)")
            return false
        }
    }

    /// Makes the filter what it is to be now; what went wrong.
    private func set(_ state: inout State) -> String? {
        let (version, sources) = policy.read { ($0.version, $0.nasSources) }
        state.version = version
        do {
            let known = state.watch.isFlood ? SourceIntervals(sources) : nil
            if try state.filter.set(known: known, thinned: state.thinning.list) {
                log(
                    "\(sources.count) sources of NAS are more than the kernel's filter holds: their neighbours pass too"
                )
            }
            filters.store(state.filter.isThere, ordering: .relaxed)
            return nil
        } catch {
            return error.description
        }
    }

    private func settle(_ state: inout State, _ now: UInt64) {
        // Between floods each datagram brings the total along.
        if state.filter.isThere || state.watch.isFlood || !state.thinning.isEmpty, let queue = endpoint.queue {
            state.split.see(total: queue.drops, passed: 0)
        }
        state.settledAt = now
        let parts = state.split.take(isFiltering: state.filter.known != nil)
        counters.add("kernel_drops", by: parts.overflow)
        counters.add("unknown_filtered", by: parts.filtered)
        for (source, count) in parts.thinned {
            counters.add("over_share_filtered", by: count)
            block(source).drop(.overShare, by: count)
        }
    }
}
