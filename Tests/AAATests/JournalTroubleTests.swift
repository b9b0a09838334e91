@testable import AAA
import Testing

@Suite struct JournalTroubleTests {
    @Test func `a disk that takes a small batch between refusals is still full`() {
        var trouble = JournalTrouble()
        let began = trouble.failed(.write, refused: 5, now: 1000)
        #expect(began)
        for second in 2...60 as ClosedRange<UInt64> {
            trouble.succeeded(.write)
            let (over, began) = (
                trouble.over(now: second * 1000), trouble.failed(.write, refused: 5, now: second * 1000)
            )
            #expect(over == nil && !began)
        }
    }

    @Test func `a write that succeeds does not end the trouble of a sync, nor a sync that of a write`() {
        for (broken, other) in [(.sync, .write), (.write, .sync)] as [(JournalTrouble.Step, JournalTrouble.Step)] {
            var trouble = JournalTrouble()
            _ = trouble.failed(broken, refused: 0, now: 1000)
            trouble.succeeded(other)
            let before = trouble.over(now: 9000)
            #expect(before == nil)
            #expect([2999, 3000].map { trouble.wantsSync(now: $0) } == [false, broken == .sync])
            trouble.succeeded(broken)
            #expect(!trouble.wantsSync(now: 9000))
            let after = trouble.over(now: 9000)
            #expect(after == JournalTrouble.Past(records: 0, seconds: 0))
        }
    }

    @Test func `a failure that refuses nothing is told, and again when it first refuses`() {
        var trouble = JournalTrouble()
        let told = [0, 0, 5, 5].map { trouble.failed(.sync, refused: $0, now: 1000) }
        #expect(told == [true, false, true, false])
    }

    @Test func `without a record that was written nobody knows that there is room`() {
        var trouble = JournalTrouble()
        _ = trouble.failed(.write, refused: 1, now: 0)
        let over = trouble.over(now: 3_600_000)
        #expect(over == nil)
    }

    @Test func `it is over once, with its number and time, and the next one is told anew`() {
        var trouble = JournalTrouble()
        let before = trouble.over(now: 0)
        _ = trouble.failed(.write, refused: 3, now: 1000)
        _ = trouble.failed(.write, refused: 4, now: 2500)
        trouble.succeeded(.write)
        let seen = [before] + [4499, 4500, 9000].map { trouble.over(now: $0) }
        #expect(seen == [nil, nil, JournalTrouble.Past(records: 7, seconds: 2), nil])
        let isAnew = trouble.failed(.write, refused: 1, now: 10_000)
        #expect(isAnew)
    }
}
