@testable import AAA
import PluginAPI
import Testing

@Suite struct SessionIndexTests {
    private let index = SessionIndex()

    private func key(_ record: AccountingRecord) -> SessionKey { index.resolve(record, tolerance: 5).key }

    private func record(_ change: (inout AccountingRecord) -> Void) -> AccountingRecord { makeRecord(change) }

    @Test func `all records of a session have one key, whatever their order`() {
        let first = key(makeRecord(.interim, at: 600))
        #expect(key(makeRecord(.start, at: 0)) == first)
        #expect(key(makeRecord(.stop, at: 1200)) == first)
        #expect(key(makeRecord(.interim, at: 300)) == first)
        #expect(key(makeRecord(.stop, at: 1200)) == first)
    }

    @Test func `a start that is reckoned a few seconds apart is the same session, one further apart is not`() {
        let first = key(makeRecord(.start, at: 0))
        #expect(key(record { $0.sessionSeconds = 605 }) == first)
        #expect(key(record { $0.sessionSeconds = 594 }) != first)
    }

    @Test func `a recurring Acct-Session-Id with another user is a new session`() {
        let first = key(makeRecord(.start, at: 0))
        #expect(key(record { $0.username = "bob" }) != first)
        #expect(key(makeRecord(.interim, at: 300)) == first)
    }

    @Test func `a recurring Acct-Session-Id with another Class is a new session`() {
        let first = key(record { $0.classKey = makeKey(1) })
        let second = key(record { $0.classKey = makeKey(2) })
        #expect(first == makeKey(1))
        #expect(second == makeKey(2))
        #expect(key(record { $0.classKey = makeKey(1) }) == first)
    }

    @Test func `a recurring Acct-Session-Id with an earlier or later start is a new session`() {
        let first = key(makeRecord(.start, at: 0))
        let later = key(makeRecord(.start, at: 5000))
        let earlier = key(record { $0.sessionSeconds = 6000 })
        #expect(Set([first, later, earlier]).count == 3)
        #expect(key(makeRecord(.stop, at: 1200)) == first)
    }

    @Test func `one login that reports under two Acct-Session-Ids is two sessions`() {
        let first = key(record { $0.classKey = makeKey(1) })
        let second = key(
            record {
                $0.classKey = makeKey(1)
                $0.acctSessionID = "s2"
            })
        #expect(first != second)
        #expect(
            key(
                record {
                    $0.classKey = makeKey(1)
                    $0.acctSessionID = "s2"
                    $0.eventTime += 600
                }) == second)
    }

    @Test func `a service's record without Class belongs to the newest session of the id that it names`() {
        let old = key(makeRecord(.start, at: 0))
        let session = key(makeRecord(.start, at: 5000))
        let service = record {
            $0.kind = .service
            $0.acctSessionID = "other"
            $0.parentSession = makeRecord().acctSessionID
        }
        #expect(index.parent(of: service) == session)
        #expect(old != session)
        var stranger = service
        stranger.username = "bob"
        #expect(index.parent(of: stranger) == nil)
        #expect(index.parent(of: makeRecord()) == nil)
    }

    @Test func `the same id on another NAS is another session`() {
        #expect(key(makeRecord()) != key(record { $0.nasID = 2 }))
    }

    @Test func `with Class a clock that jumps does not split the session`() {
        let first = key(record { $0.classKey = makeKey(1) })
        #expect(
            key(
                record {
                    $0.classKey = makeKey(1)
                    $0.eventTime += 86_400
                }) == first)
    }

    @Test func `without Event-Timestamp a start may seem a minute off while the session is open`() {
        let start = key(record { $0 = makeRecord(.start, at: 0) })
        let late = record {
            $0.hasEventTimestamp = false
            $0.eventTime += 40
        }
        #expect(key(late) == start)
        #expect(key(makeRecord(.stop, at: 1200)) == start)
        #expect(
            key(
                record {
                    $0.hasEventTimestamp = false
                    $0.eventTime += 1300
                }) != start)
    }

    @Test func `without Event-Timestamp an interim that comes after the Stop opens no session`() {
        let session = key(makeRecord(.stop, at: 1200))
        let late = index.resolve(
            record {
                $0.hasEventTimestamp = false
                $0.eventTime = noon + 1230
                $0.sessionSeconds = 900
            }, tolerance: 5)
        #expect(late.key == session)
        #expect(!late.isOpen)
    }

    @Test func `without Event-Timestamp a record that goes on where the open session stood is its own`() {
        let start = record {
            $0.status = .start
            $0.hasEventTimestamp = false
        }
        // Sent seconds after the Start, telling of ten minutes, then twenty.
        let reports = [(AccountingRecord.Status.interim, 600), (.interim, 1200), (.stop, 1300), (.stop, 1300)].map {
            status, seconds in
            record {
                $0.status = status
                $0.sessionSeconds = Int64(seconds)
                $0.hasSessionTime = true
                $0.hasEventTimestamp = false
            }
        }
        #expect(Set(([start] + reports).map(key)).count == 1)
        // After a reboot the id comes again and the time begins anew.
        let rebooted = record {
            $0.eventTime += 4000
            $0.sessionSeconds = 60
            $0.hasSessionTime = true
            $0.hasEventTimestamp = false
        }
        #expect(key(rebooted) != key(start))
    }

    @Test func `an interim without session time belongs to the open session`() {
        let first = key(makeRecord(.start, at: 0))
        let bare = record {
            $0.hasSessionTime = false
            $0.sessionSeconds = 0
        }
        #expect(key(bare) == first)
    }

    @Test func `service records are sessions of their own, told apart by service, under the same Class`() {
        let session = key(record { $0.classKey = makeKey(1) })
        let service = { (name: String) in
            self.key(
                self.record {
                    $0.classKey = makeKey(1)
                    $0.kind = .service
                    $0.serviceName = name
                })
        }
        let (voice, video) = (service("voice"), service("video"))
        #expect(Set([session, voice, video]).count == 3)
        #expect(service("voice") == voice)
    }

    @Test func `a restarted server gives the same keys again`() {
        let anew = SessionIndex()
        for record in [
            makeRecord(), makeRecord { $0.classKey = makeKey(1) },
            makeRecord {
                $0.kind = .service
                $0.serviceName = "voice"
                $0.classKey = makeKey(1)
            },
        ] {
            #expect(anew.resolve(record, tolerance: 5).key == index.resolve(record, tolerance: 5).key)
        }
    }

    @Test func `what is restored from the database is found again`() {
        index.restore(makeRecord(.interim, at: 300), key: makeKey(9), start: noon, isOpen: true)
        #expect(key(makeRecord(.interim, at: 600)) == makeKey(9))
        #expect(index.resolve(makeRecord(.stop, at: 900), tolerance: 5).key == makeKey(9))
    }

    @Test func `a late record of a session that has stopped is told as of a closed one`() {
        #expect(index.resolve(makeRecord(.start, at: 0), tolerance: 5).isOpen)
        #expect(!index.resolve(makeRecord(.stop, at: 1200), tolerance: 5).isOpen)
        #expect(!index.resolve(makeRecord(.interim, at: 600), tolerance: 5).isOpen)
        #expect(!index.resolve(makeRecord(.start, at: 0), tolerance: 5).isOpen)
    }

    @Test func `ended sessions are forgotten in time and open ones kept`() {
        _ = key(makeRecord(.stop, at: 1200))
        _ = key(record { $0.acctSessionID = "s2" })
        index.forget(endedBefore: noon + 1200)
        #expect(index.count == 2)
        index.forget(endedBefore: noon + 1201)
        #expect(index.count == 1)
    }
}
