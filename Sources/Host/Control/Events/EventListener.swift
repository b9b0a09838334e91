import Threads

/// One client of the hub.
final class EventListener: Sendable {
    /// Takes an event: its id, its name, its JSON text. False: the client is gone.
    typealias Sink = @Sendable (_ id: String, _ name: String, _ json: String) -> Bool

    private struct State {
        var principal: Principal
        var isOver = false
    }

    let wishes: [String]
    /// Where it broke off, as it said; nil: from now on.
    let lastEventID: String?
    private let state: Locked<State>
    private let sink: Sink
    private let ended: @Sendable () -> Void

    init(
        _ wishes: [String], _ principal: Principal, lastEventID: String?, sink: @escaping Sink,
        ended: @escaping @Sendable () -> Void
    ) {
        self.wishes = wishes
        self.lastEventID = lastEventID
        self.sink = sink
        self.ended = ended
        state = Locked(State(principal: principal))
    }

    var principal: Principal { state.withLock { $0.principal } }
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Whether it hears of an event.
    func hears(_ event: Event) -> Bool {
        guard wants(event.topic) else { return false }
        let principal = principal
        if let permission = EventTopic.permission(of: event.topic), !principal.may(permission) { return false }
        return event.audience.includes(principal)
    }

    func wants(_ topic: String) -> Bool { wishes.contains { EventTopic.covers($0, topic) } }

    /// Gives it those of the events that it hears of. Only with the last it has seen all up to `cursor`; if it breaks off
    /// before, it goes on from `previous` and some come twice.
    func give(_ events: [Event], previous: String, cursor: String) {
        let mine = events.filter(hears)
        for (index, event) in mine.enumerated() {
            guard send(index == mine.count - 1 ? cursor : previous, event.topic, event.json) else { return }
        }
    }

    @discardableResult
    func send(_ id: String, _ name: String, _ json: String) -> Bool {
        if isOver { return false }
        if sink(id, name, json) { return true }
        end()
        return false
    }

    func change(_ principal: Principal) { state.withLock { $0.principal = principal } }

    func end() {
        let isFirst = state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        if isFirst { ended() }
    }
}
