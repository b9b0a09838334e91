import HTTP
import Threads

/// One client's event stream: its place among his account's, and its subscription. Both are given up when the stream
/// ends, whoever ends it.
final class EventSeat: Sendable {
    private struct State {
        var subscription: EventHub.Subscription?
        var isLeft = false
    }

    private let ticket: AccountPlaces.Ticket
    private let state = Locked(State())

    init(_ ticket: AccountPlaces.Ticket) { self.ticket = ticket }

    /// The stream may have ended by now.
    func take(_ subscription: EventHub.Subscription) {
        let isLeft = state.withLock { state in
            if !state.isLeft { state.subscription = subscription }
            return state.isLeft
        }
        if isLeft { subscription.cancel() }
    }

    func leave() {
        let subscription = state.withLock { state in
            state.isLeft = true
            return state.subscription.take()
        }
        subscription?.cancel()
        ticket.giveBack()
    }
}
