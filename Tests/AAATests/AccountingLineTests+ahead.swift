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

    @Test func `after some Starts whose sessions are there already the database is asked for a while`() throws {
        let line = line(try journal())
        func start(_ number: UInt8) -> AccountingItem {
            var change = SessionChange(key: makeKey(number), record: makeRecord(.start, at: 0))
            change.begins = true
            let entry = JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: [number])
            return AccountingItem(entry: entry, change: change, waiter: seen)
        }
        for number in 1...6 as ClosedRange<UInt8> {
            try store.write([makeRecord(.interim, at: 300, 5, 5)], key: makeKey(number))
            #expect(line.beginGuess.isMade(now: UInt64(number)) == (number <= 3))
            take(line, [start(number), start(number + 50)], now: UInt64(number))
        }
        #expect(seen.answered.count == 12)
        #expect(try store.count() == 12)
        #expect(line.beginGuess.isMade(now: BeginGuess.pause + 10))
    }

    @Test func `wrong guesses that are far between do not end the guessing`() {
        var guess = BeginGuess()
        for time in stride(from: 0, to: 600_000, by: 31_000) as StrideTo<UInt64> {
            guess.wasWrong(now: time)
            #expect(guess.isMade(now: time))
        }
    }

    @Test func `a transaction that met another in a ring is written again in full, its rows in one order`() throws {
        try store.connection.execute(
            """
            create sequence once;
            create function fail_once() returns trigger language plpgsql as $$
            begin
              if nextval('once') = 1 then raise exception 'in a ring' using errcode = '40P01'; end if;
              return new;
            end $$;
            create trigger fail_once before insert or update on sessions_live for each row execute function fail_once();
            """)
        let line = line(try journal())
        line.take([item(9), item(1)], now: 0)
        var isFull = false
        while line.awaited != nil {
            line.rest(milliseconds: 1000)
            line.take([], now: 1)
            if case .batches(_, true, _) = line.flight { isFull = true }
        }
        #expect(isFull)
        #expect(seen.answered == [9, 1])
        #expect(try store.count() == 2)
    }

    @Test func `in full a batch takes each round's rows by one statement, in order`() {
        var begins = SessionChange(key: makeKey(7), record: makeRecord(.start, at: 0))
        begins.begins = true
        var advances = SessionChange(key: makeKey(3), record: makeRecord(.interim, at: 900, 5, 5))
        advances.advances = true
        let items = [begins, advances].map {
            AccountingItem(entry: JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: []), change: $0)
        }
        let counts = [(false, true), (false, false), (true, true)].map { inFull, guessesNew in
            AccountingWriter.statements(
                items + [item(3), item(7)], seq: 0, node: "node", inFull: inFull, guessesNew: guessesNew
            ).count
        }
        #expect(counts == [3, 3, 2])
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
