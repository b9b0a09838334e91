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

    /// As a record is read while our clock is behind by an hour: its Event-Timestamp is not believed.
    private func readHourEarly(_ record: AccountingRecord) -> AccountingRecord {
        var early = record
        early.distrustedTime = record.eventTime
        early.hasEventTimestamp = false
        early.eventTime -= 3600
        return early
    }

    @Test func `a session that began while our clock was an hour behind is the same once it is right`() {
        let first = key(readHourEarly(makeRecord(.start, at: 0)))
        #expect(key(makeRecord(.interim, at: 300)) == first)
        #expect(key(readHourEarly(makeRecord(.interim, at: 600))) == first)
        #expect(key(makeRecord(.stop, at: 1200)) == first)
        #expect(key(makeRecord(.start, at: 5000)) != first)
    }

    @Test func `a session that began by the right clock is the same while ours is an hour behind`() {
        let first = key(makeRecord(.start, at: 0))
        #expect(key(readHourEarly(makeRecord(.start, at: 0))) == first)
        #expect(key(readHourEarly(makeRecord(.stop, at: 1200))) == first)
        #expect(key(readHourEarly(makeRecord(.start, at: 5000))) != first)
    }

    @Test func `a session of a NAS whose clock is set in its middle goes on`() {
        let first = key(
            record {
                $0.status = .start
                $0.hasEventTimestamp = false
                $0.sessionSeconds = 0
            })
        // Ten minutes later by our clock, half a minute off.
        #expect(key(record { $0.eventTime = noon + 1230 }) == first)
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
        #expect(key(makeRecord(.start, at: 5000)) != makeKey(9))
        #expect(index.resolve(makeRecord(.stop, at: 900), tolerance: 5).key == makeKey(9))
    }

    /// As a row is read: by whose clock the start is it does not say.
    private func restore(_ index: SessionIndex, _ record: AccountingRecord) {
        var record = record
        record.hasEventTimestamp = false
        index.restore(record, key: makeKey(9), start: noon, isOpen: true)
    }

    @Test func `a session that began after a restored one was last heard is another, however long it lasts`() {
        restore(index, makeRecord(.interim, at: 600))
        let reboot = record { ($0.eventTime, $0.sessionSeconds) = (noon + 4500, 900) }
        #expect(key(reboot) != makeKey(9))
        #expect(key(makeRecord(.stop, at: 900)) == makeKey(9))
        // Its Stop, of which the interims were lost.
        let other = SessionIndex()
        restore(other, makeRecord(.interim, at: 600))
        let stop = record { ($0.status, $0.eventTime, $0.sessionSeconds) = (.stop, noon + 4500, 900) }
        #expect(other.resolve(stop, tolerance: 5).key != makeKey(9))
    }

    @Test func `a restored session goes on though its start was reckoned a little wrong, or the clock has been set`() {
        restore(index, makeRecord(.interim, at: 600))
        #expect(key(record { ($0.eventTime, $0.sessionSeconds) = (noon + 1230, 1200) }) == makeKey(9))
        #expect(key(record { ($0.eventTime, $0.sessionSeconds) = (noon + 1500, 1300) }) == makeKey(9))
        #expect(key(readHourEarly(makeRecord(.interim, at: 1800))) == makeKey(9))
    }

    @Test func `a successor is told that a start is the NAS' own, though it read the row before`() {
        restore(index, makeRecord(.interim, at: 600))
        let predecessor = SessionIndex()
        predecessor.restore(makeRecord(.interim, at: 600), key: makeKey(9), start: noon, isOpen: true)
        var bytes: [UInt8] = []
        predecessor.write(changedSince: 0, into: &bytes)
        var rest = bytes[...]
        #expect(index.read(&rest))
        // Begun while the old one was heard of, so that only the starts tell them apart.
        #expect(key(record { ($0.eventTime, $0.sessionSeconds) = (noon + 1200, 900) }) != makeKey(9))
        #expect(key(makeRecord(.interim, at: 900)) == makeKey(9))
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

    @Test func `a successor is told what changed since it read the database`() {
        let start = makeRecord(.start, at: 0)
        _ = index.resolve(start, tolerance: 5, described: 7, now: 1000)
        let old = record { $0.acctSessionID = "old" }
        _ = index.resolve(old, tolerance: 5, now: 900)
        let stopped = record {
            $0.acctSessionID = "s3"
            $0.status = .stop
            $0.classKey = makeKey(3)
        }
        _ = index.resolve(stopped, tolerance: 5, now: 1001)
        var bytes: [UInt8] = []
        index.write(changedSince: 1000, into: &bytes)
        let successor = SessionIndex()
        // This one it read from the database, when the session was still open.
        var open = stopped
        open.status = .interim
        successor.restore(open, key: makeKey(3), start: open.start, isOpen: true)
        var rest = bytes[...]
        #expect(successor.read(&rest))
        #expect(successor.count == 2)
        #expect(!successor.resolve(stopped, tolerance: 5).isOpen)
        let next = successor.resolve(makeRecord(.interim, at: 300), tolerance: 5, described: 7)
        #expect(next == .init(key: key(start), isOpen: true, advances: true))
    }

    @Test func `a successor is told by whose clock a start is, and takes what an older version tells`() throws {
        let first = key(readHourEarly(makeRecord(.start, at: 0)))
        var bytes: [UInt8] = []
        index.write(changedSince: 0, into: &bytes)
        for handed in [bytes, [0, 105] + bytes[2..<107]] {
            let successor = SessionIndex()
            var rest = handed[...]
            #expect(successor.read(&rest))
            #expect(successor.resolve(makeRecord(.interim, at: 300), tolerance: 5).key == first)
        }
    }

    @Test func `a record with fewer octets than the last is no mere advance, and those after it are again`() {
        let octets: [(UInt64, UInt64, Bool)] = [
            (5, 5, false), (9, 9, true), (8, 9, false), (8, 9, true), (9, 8, false), (9, 8, true),
        ]
        for (step, (input, output, advances)) in octets.enumerated() {
            let next = index.resolve(
                makeRecord(.interim, at: 300 * Int64(step + 1), input, output), tolerance: 5, described: 7)
            #expect(next.advances == advances, "step \(step)")
        }
        // Of the same second and less: the row does not change, and so does what is remembered.
        #expect(!index.resolve(makeRecord(.interim, at: 1800, 3, 3), tolerance: 5, described: 7).advances)
        #expect(!index.resolve(makeRecord(.interim, at: 2100, 8, 8), tolerance: 5, described: 7).advances)
    }

    @Test func `a predecessor that tells no octets leaves the next record to be written in full`() {
        _ = index.resolve(makeRecord(.interim, at: 300, 9, 9), tolerance: 5, described: 7)
        var bytes: [UInt8] = []
        index.write(changedSince: 0, into: &bytes)
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        let older = [UInt8(0), UInt8(length - 16)] + bytes[2..<(bytes.count - 16)]
        for (told, advances) in [(bytes, true), (older, false)] {
            let successor = SessionIndex()
            var rest = told[...]
            #expect(successor.read(&rest))
            let next = successor.resolve(makeRecord(.interim, at: 600, 9, 9), tolerance: 5, described: 7)
            #expect(next.advances == advances)
        }
    }

    @Test func `a torn handover is told and what came whole is kept`() {
        _ = index.resolve(makeRecord(), tolerance: 5)
        _ = index.resolve(record { $0.acctSessionID = "s2" }, tolerance: 5)
        var bytes: [UInt8] = []
        index.write(changedSince: 0, into: &bytes)
        var rest = bytes.dropLast()
        let successor = SessionIndex()
        #expect(!successor.read(&rest))
        #expect(successor.count == 1)
    }

    @Test func `beyond its limit the index remembers no more, and the same record still has the same key`() {
        let small = SessionIndex(limit: 1)
        _ = small.resolve(makeRecord(), tolerance: 5)
        let other = record { $0.acctSessionID = "s2" }
        #expect(small.resolve(other, tolerance: 5).key == small.resolve(other, tolerance: 5).key)
        #expect(small.count == 1)
    }

    @Test(arguments: 0..<20) func `adding and forgetting at random loses nobody and keeps nobody`(_ seed: Int) {
        var generator = Seeded(seed: UInt64(seed) + 3)
        var known: [String: SessionKey] = [:]
        for step in 0..<3000 as Range<Int64> {
            let name = "s\(Int.random(in: 0..<400, using: &generator))"
            let made = record {
                $0.acctSessionID = name
                $0.status = Int.random(in: 0..<3, using: &generator) == 0 ? .stop : .interim
            }
            let found = index.resolve(made, tolerance: 5)
            if let before = known[name] { #expect(found.key == before) }
            known[name] = found.isOpen ? found.key : nil
            if step % 500 == 499 { index.forget(endedBefore: .max) }
        }
        index.forget(endedBefore: .max)
        #expect(index.count == known.count)
    }

    @Test func `a session takes no more than 144 bytes and its two places`() {
        #expect(MemoryLayout<SessionEntry>.stride <= 144)
    }
}
