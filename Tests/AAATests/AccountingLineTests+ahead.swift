@testable import AAA
import Store
import Support
import Testing

/// How far the journal may answer ahead of a database that is at work, and what was guessed wrongly.
extension AccountingLineTests {
    @Test func `while the database is at work the journal answers for many, up to a bound; then COMMIT does`() throws {
        var limits = AccountingLine.Limits()
        limits.sync = 2
        limits.ahead = 3
        let line = line(try journal(), limits: limits)
        take(line, [item(1)], now: 0)
        let blocker = try store.database.connect()
        try blocker.execute("begin; lock table sessions_live in access exclusive mode")
        line.take([item(2)], now: 1)
        #expect(seen.answered == [1])
        line.take([item(3)], now: 2)
        #expect(seen.answered == [1, 2, 3])
        line.take([item(4)], now: 3)
        #expect(seen.answered == [1, 2, 3])
        line.take([item(5)], now: 4)
        #expect(seen.answered == [1, 2, 3])
        try blocker.execute("commit")
        take(line, [], now: 5)
        #expect(seen.answered == [1, 2, 3, 4, 5])
        #expect(try store.count() == 5)
        #expect(line.isClear)
        #expect(said.isEmpty)
    }

    @Test func `few records wait for COMMIT: the journal is not synced for them`() throws {
        let line = line(try journal())
        let blocker = try store.database.connect()
        take(line, [item(1)], now: 0)
        try blocker.execute("begin; lock table sessions_live in access exclusive mode")
        for number in 2...64 as ClosedRange<UInt8> { line.take([item(number)], now: 1) }
        #expect(seen.answered == [1])
        line.take([item(65)], now: 1)
        #expect(seen.answered == Array(1...65))
        try blocker.execute("commit")
        take(line, [], now: 2)
        #expect(try store.count() == 65)
    }

    @Test func `a Start whose session is there already does not keep its batch from the database`() throws {
        let line = line(try journal())
        take(line, [item(1), item(2)], now: 0)
        var wrong = SessionChange(key: makeKey(2), record: makeRecord(.start, at: 0))
        wrong.begins = true
        let entry = JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: [3])
        take(line, [AccountingItem(entry: entry, change: wrong, waiter: seen), item(4)], now: 1)
        #expect(seen.answered == [1, 2, 3, 4])
        #expect(try store.count() == 3)
        #expect(line.isClear)
        #expect(said.isEmpty)
    }

    @Test func `a record that was wrongly taken for a mere advance is written in full, with its batch`() throws {
        let line = line(try journal())
        var wrong = SessionChange(key: makeKey(2), record: makeRecord(.interim, at: 600, 9, 9))
        wrong.advances = true
        take(
            line,
            [
                item(1),
                AccountingItem(
                    entry: JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: [2]), change: wrong,
                    waiter: seen),
            ], now: 0)
        #expect(seen.answered == [1, 2])
        #expect(try store.count() == 2)
        #expect(try store.session(makeKey(2)).input == 9)
        #expect(said.isEmpty)
    }
}
