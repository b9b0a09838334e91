/// The course of one change from a running process to its successor. It knows no process and no clock: it is told what
/// happened, and says what to do next.
///
/// A data plane hands over: the successor loads, the predecessor pauses and gives what it remembers, the successor
/// begins, and only when it answers does the predecessor end. Until then every failure leads back to the predecessor.
/// Any other process is ready as soon as it has started, beside its predecessor.
struct Switchover {
    enum Event: Equatable {
        /// The successor has loaded (or, when nothing is handed over, does its work).
        case ready
        /// The predecessor has stopped reading.
        case paused
        /// The successor reads.
        case answering
        case successorEnded(String)
        case predecessorEnded
        /// What is waited for did not come in time.
        case late
    }

    enum Action: Equatable {
        case wait
        /// Tell the predecessor to stop reading.
        case pause
        /// Tell the successor to begin, with what the predecessor handed over, if anything.
        case begin
        /// End a predecessor that does not pause; its journal has what was acknowledged.
        case killPredecessor
        /// The successor is the one from now on; the predecessor, if it is there, is told to end.
        case finish
        /// The predecessor stays; the successor is ended. `resumes`: it has to be told to read again.
        case giveUp(String, resumes: Bool)
        /// Both are gone.
        case lost(String)
    }

    private enum State { case loading, pausing, beginning, over }

    /// How long each step may take before it is late.
    enum Patience {
        /// Loading a million subscribers takes seconds; a database under load more.
        static let loading = Duration.seconds(180)
        static let pausing = Duration.seconds(5)
        static let beginning = Duration.seconds(20)
    }

    let handsOver: Bool
    private var state = State.loading
    private var isAlone = false

    init(handsOver: Bool) { self.handsOver = handsOver }

    /// How long the step that it is in may take.
    var patience: Duration {
        switch state {
        case .loading, .over: Patience.loading
        case .pausing: Patience.pausing
        case .beginning: Patience.beginning
        }
    }

    mutating func happened(_ event: Event) -> Action {
        if case .predecessorEnded = event { isAlone = true }
        switch state {
        case .loading: return loading(event)
        case .pausing: return pausing(event)
        case .beginning: return beginning(event)
        case .over: return .wait
        }
    }

    private mutating func loading(_ event: Event) -> Action {
        switch event {
        case .ready where !handsOver:
            state = .over
            return .finish
        case .ready where isAlone:
            state = .beginning
            return .begin
        case .ready:
            state = .pausing
            return .pause
        case .successorEnded(let reason): return fail(reason, resumes: false)
        case .late: return fail("it did not become ready in \(Patience.loading)", resumes: false)
        case .predecessorEnded, .paused, .answering: return .wait
        }
    }

    private mutating func pausing(_ event: Event) -> Action {
        switch event {
        case .paused, .predecessorEnded:
            state = .beginning
            return .begin
        case .late: return .killPredecessor
        case .successorEnded(let reason): return fail(reason, resumes: true)
        case .ready, .answering: return .wait
        }
    }

    private mutating func beginning(_ event: Event) -> Action {
        switch event {
        case .answering:
            state = .over
            return .finish
        case .successorEnded(let reason): return fail(reason, resumes: true)
        case .late: return fail("it did not begin in \(Patience.beginning)", resumes: true)
        case .ready, .paused, .predecessorEnded: return .wait
        }
    }

    private mutating func fail(_ reason: String, resumes: Bool) -> Action {
        state = .over
        return isAlone ? .lost(reason) : .giveUp(reason, resumes: resumes)
    }
}
