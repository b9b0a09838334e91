@testable import AAA
import PluginAPI
import Testing

@Suite struct SessionLimitTests {
    @Test(arguments: [
        LoginRow("no limit", nil) { $0.count(makeMark(1), makeMark(2)) },
        LoginRow("one below the limit", nil) {
            $0.service?.sessionLimit = 2
            $0.count(makeMark(1))
        },
        LoginRow("at the limit", .sessionLimit) {
            $0.service?.sessionLimit = 1
            $0.count(makeMark(1))
        },
        LoginRow("a pending login counts", .sessionLimit) {
            $0.service?.sessionLimit = 1
            $0.count(makeMark(1) { $0.state = .pending })
        },
        LoginRow("the subscriber's limit goes before the service's", nil) {
            $0.service?.sessionLimit = 1
            $0.subscriber?.sessionLimit = 2
            $0.count(makeMark(1))
        },
        LoginRow("0 is any number", nil) {
            $0.service?.sessionLimit = 1
            $0.subscriber?.sessionLimit = 0
            $0.count(makeMark(1), makeMark(2))
        },
        LoginRow("a suspect session locks nobody out", nil) {
            $0.service?.sessionLimit = 1
            $0.count(makeMark(1) { $0.state = .suspect })
        },
        LoginRow("the same MAC on the same NAS replaces its own ghost", nil) {
            $0.service?.sessionLimit = 1
            $0.count(makeMark(1) { $0.mac = macA })
        },
        LoginRow("the same MAC on another NAS is another session", .sessionLimit) {
            $0.service?.sessionLimit = 1
            $0.count(
                makeMark(1) {
                    $0.mac = macA
                    $0.scope.nasID = 2
                })
        },
        LoginRow("two sessions without a MAC are no ghosts of each other", .sessionLimit) {
            $0.service?.sessionLimit = 1
            $0.mac = nil
            $0.count(makeMark(1) { $0.mac = nil })
        },
    ])
    func `the session limit counts sessions that are really there`(_ row: LoginRow) {
        #expect(LoginChecks.refusal(makeLogin(row.change)) == row.reason)
    }
}

@Suite struct LiveSessionsTests {
    private func sessions(_ marks: SessionMark...) -> LiveSessions {
        let sessions = LiveSessions()
        for mark in marks { sessions.put(mark, subscriber: 7) }
        return sessions
    }

    @Test func `a pending login that sends no Start gives its place back after a minute`() {
        let sessions = sessions(makeMark(1) { $0.state = .pending })
        #expect(sessions.sessions(of: 7, now: noon + 60, silence: 1800).count == 1)
        #expect(sessions.sessions(of: 7, now: noon + 61, silence: 1800).isEmpty)
    }

    @Test func `a session that falls silent is suspect, and live again when heard`() {
        let sessions = sessions(makeMark(1))
        #expect(sessions.sessions(of: 7, now: noon + 1800, silence: 1800).map(\.state) == [.live])
        #expect(sessions.sessions(of: 7, now: noon + 1801, silence: 1800).map(\.state) == [.suspect])
        sessions.put(makeMark(1) { $0.lastHeard = noon + 1801 }, subscriber: 7)
        #expect(sessions.sessions(of: 7, now: noon + 1801, silence: 1800).map(\.state) == [.live])
    }

    @Test func `the Start of a login takes the place of its pending mark`() {
        let sessions = sessions(makeMark(1) { $0.state = .pending }, makeMark(1))
        #expect(sessions.sessions(of: 7, now: noon, silence: 1800).map(\.state) == [.live])
        #expect(sessions.count == 1)
    }

    @Test func `pending logins that never started leave nothing behind`() {
        let sessions = LiveSessions()
        for login in 0..<100 as Range<UInt8> {
            sessions.put(
                makeMark(login) {
                    $0.state = .pending
                    $0.lastHeard = noon + Int64(login) * 61
                }, subscriber: 7)
        }
        #expect(sessions.count == 1)
    }

    @Test func `a record from before its NAS' restart leaves a session suspect, one from after it does not`() {
        let sessions = sessions(makeMark(1))
        sessions.suspect(at: noon + 60, scope: makeMark(1).scope)
        sessions.put(makeMark(1) { $0.lastHeard = noon + 30 }, subscriber: 7)
        #expect(sessions.sessions(of: 7, now: noon + 90, silence: 1800).map(\.state) == [.suspect])
        sessions.put(makeMark(1) { $0.lastHeard = noon + 61 }, subscriber: 7)
        #expect(sessions.sessions(of: 7, now: noon + 90, silence: 1800).map(\.state) == [.live])
    }

    @Test func `a late record does not make a session seem silent`() {
        let sessions = sessions(makeMark(1))
        sessions.put(makeMark(1) { $0.lastHeard = noon - 600 }, subscriber: 7)
        #expect(sessions.sessions(of: 7, now: noon + 60, silence: 60).map(\.state) == [.live])
    }

    @Test func `removing and suspecting touch what they name and nothing else`() {
        let sessions = sessions(makeMark(1), makeMark(2), makeMark(3) { $0.scope.nasID = 2 })
        sessions.remove(makeKey(1))
        sessions.remove(makeKey(9))
        sessions.suspect(at: noon, scope: makeMark(1).scope)
        let left = sessions.sessions(of: 7, now: noon, silence: 1800)
        #expect(left.map(\.key) == [makeKey(2), makeKey(3)])
        #expect(left.map(\.state) == [.suspect, .live])
    }
}
