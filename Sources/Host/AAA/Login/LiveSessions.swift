import PluginAPI
import Threads

/// Who is online, by subscriber, for the session limit. Accounting keeps it up to date; an Accept reserves a place so
/// that two logins at one moment can't both take the last one.
package final class LiveSessions: Sendable {
    private struct State {
        var bySubscriber: [Int64: [SessionMark]] = [:]
        var owner: [SessionKey: Int64] = [:]
    }

    private let state = Locked(State())
    /// An accepted login that sends no Start gives its place back after this long.
    package static let pendingSeconds: Int64 = 60

    package init() {}

    /// The sessions of a subscriber. Pending ones that never started are left out; ones silent for longer than
    /// `silence` seconds are reported as suspect.
    package func sessions(of subscriber: Int64, now: Int64, silence: Int64) -> [SessionMark] {
        state.withLock { LiveSessions.sessions($0, of: subscriber, now: now, silence: silence) }
    }

    private static func sessions(
        _ state: State, of subscriber: Int64, now: Int64, silence: Int64
    ) -> [SessionMark] {
        (state.bySubscriber[subscriber] ?? []).compactMap { mark in
            var mark = mark
            let age = now - mark.lastHeard
            if mark.state == .pending, age > LiveSessions.pendingSeconds { return nil }
            if mark.state == .live, age > silence { mark.state = .suspect }
            return mark
        }
    }

    /// Puts the mark of an accepted login there if `allows` says so of the others at this very moment: of two logins
    /// only one gets the last place.
    package func reserve(
        _ mark: SessionMark, subscriber: Int64, silence: Int64, _ allows: ([SessionMark]) -> Bool
    ) -> Bool {
        state.withLock { state in
            let others = LiveSessions.sessions(state, of: subscriber, now: mark.lastHeard, silence: silence)
            guard allows(others.filter { $0.key != mark.key }) else { return false }
            LiveSessions.put(mark, subscriber, &state)
            return true
        }
    }

    /// Adds or renews a session. What was heard of before its NAS restarted leaves it suspect.
    package func put(_ mark: SessionMark, subscriber: Int64) {
        state.withLock { LiveSessions.put(mark, subscriber, &$0) }
    }

    private static func put(_ mark: SessionMark, _ subscriber: Int64, _ state: inout State) {
        var mark = mark
        var kept: [SessionMark] = []
        for old in state.bySubscriber[subscriber] ?? [] {
            if old.key == mark.key {
                if old.state == .suspect, mark.lastHeard <= old.lastHeard { mark.state = .suspect }
                mark.lastHeard = max(mark.lastHeard, old.lastHeard)
            } else if old.state == .pending, mark.lastHeard - old.lastHeard > pendingSeconds {
                state.owner[old.key] = nil
            } else {
                kept.append(old)
            }
        }
        state.bySubscriber[subscriber] = kept + [mark]
        state.owner[mark.key] = subscriber
    }

    package func remove(_ key: SessionKey) {
        state.withLock { state in
            guard let subscriber = state.owner.removeValue(forKey: key) else { return }
            state.bySubscriber[subscriber]?.removeAll { $0.key == key }
            if state.bySubscriber[subscriber]?.isEmpty == true { state.bySubscriber[subscriber] = nil }
        }
    }

    /// After an Accounting-On or -Off at `time`: what `matches` says becomes suspect.
    package func suspect(at time: Int64, _ matches: (SessionMark) -> Bool) {
        state.withLock { state in
            for (subscriber, marks) in state.bySubscriber where marks.contains(where: matches) {
                state.bySubscriber[subscriber] = marks.map { mark in
                    var mark = mark
                    guard matches(mark) else { return mark }
                    mark.state = .suspect
                    mark.lastHeard = max(mark.lastHeard, time)
                    return mark
                }
            }
        }
    }

    package var count: Int { state.withLock { $0.owner.count } }
}
