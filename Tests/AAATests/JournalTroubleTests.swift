@testable import AAA
import Testing

@Suite struct JournalTroubleTests {
    @Test func `a disk that takes a small batch between refusals is still full`() {
        var trouble = JournalTrouble()
        let began = trouble.refused(5, now: 1000)
        #expect(began)
        for second in 2...60 as ClosedRange<UInt64> {
            trouble.wrote()
            let (over, began) = (trouble.over(now: second * 1000), trouble.refused(5, now: second * 1000))
            #expect(over == nil && !began)
        }
    }

    @Test func `without a record that was written nobody knows that there is room`() {
        var trouble = JournalTrouble()
        _ = trouble.refused(1, now: 0)
        let over = trouble.over(now: 3_600_000)
        #expect(over == nil)
    }

    @Test func `it is over once, with its number and time, and the next one is told anew`() {
        var trouble = JournalTrouble()
        let before = trouble.over(now: 0)
        _ = trouble.refused(3, now: 1000)
        _ = trouble.refused(4, now: 2500)
        trouble.wrote()
        let seen = [before] + [4499, 4500, 9000].map { trouble.over(now: $0) }
        #expect(seen == [nil, nil, JournalTrouble.Past(records: 7, seconds: 2), nil])
        let isAnew = trouble.refused(1, now: 10_000)
        #expect(isAnew)
    }
}
