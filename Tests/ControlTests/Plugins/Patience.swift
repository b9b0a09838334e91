import Dispatch
import Threads

/// Who waits for a plugin: as long as it takes, or not at all, though as much time is said to have gone by.
final class Patience: Sendable {
    private let state = Locked((isOver: false, seconds: 0.0))

    /// That went by while nobody waited.
    var seconds: Double { state.withLock { $0.seconds } }

    func end() { state.withLock { $0.isOver = true } }
    func begin() { state.withLock { $0.isOver = false } }

    @Sendable func wait(_ bell: DispatchSemaphore, _ seconds: Double) -> Bool {
        let isOver = state.withLock { state in
            if state.isOver { state.seconds += seconds }
            return state.isOver
        }
        if isOver { return false }
        bell.wait()
        return true
    }
}
