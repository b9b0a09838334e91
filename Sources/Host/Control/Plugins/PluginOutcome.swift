import Dispatch
import Threads

/// What came of a call, for whom of the two is first: the call that ends, or the caller that gives up.
final class Outcome<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var isGivenUp = false
    }

    private let state = Locked(State())
    let bell = DispatchSemaphore(value: 0)

    var result: Result<Value, any Error>? { state.withLock { $0.result } }

    /// False when nobody waits any more.
    func give(_ result: Result<Value, any Error>) -> Bool {
        state.withLock { state in
            if !state.isGivenUp { state.result = result }
            return !state.isGivenUp
        }
    }

    /// False when there is a result after all.
    func giveUp() -> Bool {
        state.withLock { state in
            guard state.result == nil else { return false }
            state.isGivenUp = true
            return true
        }
    }
}
