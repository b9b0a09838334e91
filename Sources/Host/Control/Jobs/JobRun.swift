import Store
import Threads

/// A run as two threads share it: the one that works, and the one that renews its lease, writes its progress down, and
/// brings it word that it should stop.
final class JobRun: Sendable {
    struct State {
        var progress: JobProgress
        var isNews = false
        var renewedAt: Int64
        var isCancelled = false
        var isLost = false
        var isInterrupted = false
    }

    let claim: JobClaim
    private let state: Locked<State>
    private let canceller: Canceller

    /// - canceller: of the connection that it works on.
    init(_ claim: JobClaim, now: Int64, canceller: Canceller) {
        self.claim = claim
        self.canceller = canceller
        state = Locked(State(progress: claim.progress, renewedAt: now))
    }

    var progress: JobProgress { state.withLock { $0.progress } }

    func change(_ body: (inout JobProgress) -> Void) {
        state.withLock { state in
            body(&state.progress)
            state.isNews = true
        }
    }

    /// What is to be written: nil when there is nothing new and the lease is still fresh.
    func due(now: Int64, renewEvery: Int64) -> JobProgress? {
        state.withLock { state in
            guard state.isNews || now - state.renewedAt >= renewEvery else { return nil }
            state.isNews = false
            state.renewedAt = now
            return state.progress
        }
    }

    /// Why it should stop; nil: go on.
    var verdict: JobError? {
        state.withLock { state in
            if state.isLost { return .lost }
            if state.isCancelled { return .cancelled }
            return state.isInterrupted ? .interrupted : nil
        }
    }

    func cancel() { state.withLock { $0.isCancelled = true } }

    func lose() {
        state.withLock { $0.isLost = true }
        canceller.cancel()
    }

    /// Also ends the statement that it may be waiting for.
    func interrupt() {
        state.withLock { $0.isInterrupted = true }
        canceller.cancel()
    }
}
