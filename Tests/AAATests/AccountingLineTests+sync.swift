@testable import AAA
import Store
import Support
import Testing

/// What is answered when the disk fails a sync of the journal.
extension AccountingLineTests {
    /// One record stored, and from then on the database at work for as long as the second of them lasts.
    private func busy(_ disk: FailingDisk, patience: UInt64 = 100) throws -> (line: AccountingLine, Connection) {
        var limits = AccountingLine.Limits()
        limits.sync = 2
        limits.patience = patience
        let line = line(try journal(disk: disk.disk), limits: limits)
        take(line, [item(1)], now: 0)
        let blocker = try store.database.connect()
        try blocker.execute("begin; lock table sessions_live in access exclusive mode")
        line.take([item(2)], now: 1)
        return (line, blocker)
    }

    @Test func `what a failed sync was to keep is not answered by the next sync: the router sends it again`() throws {
        let disk = FailingDisk()
        let (line, blocker) = try busy(disk)
        disk.fail(files: 1)
        line.take([item(3), item(4)], now: 2)
        #expect(seen.answered == [1])
        #expect(seen.givenUp.isEmpty)
        line.take([], now: 103)
        #expect(seen.answered == [1])
        #expect(seen.givenUp == [2, 3, 4])
        line.take([item(5), item(6)], now: 2002)
        #expect(seen.answered == [1, 5, 6])
        try blocker.execute("commit")
        take(line, [], now: 2003)
        #expect(seen.answered == [1, 5, 6])
        #expect(try store.count() == 6)
        #expect(line.isClear)
    }

    @Test func `what a failed sync was to keep is answered by COMMIT, and nothing is said to be refused`() throws {
        let disk = FailingDisk()
        let (line, blocker) = try busy(disk, patience: 10_000)
        disk.fail(files: 1)
        line.take([item(3), item(4)], now: 2)
        line.take([item(5), item(6)], now: 2002)
        #expect(seen.answered == [1, 5, 6])
        try blocker.execute("commit")
        take(line, [], now: 2003)
        #expect(seen.answered == [1, 5, 6, 2, 3, 4])
        #expect(seen.givenUp.isEmpty)
        #expect(try store.count() == 6)
        #expect(!said.contains { $0.contains("refused until") })
        #expect(said.first?.contains("Input/output error") == true)
    }

    @Test func `drained, what a failed sync was to keep is given up`() throws {
        let disk = FailingDisk()
        let (line, blocker) = try busy(disk)
        disk.fail(files: 1)
        line.take([item(3), item(4)], now: 2)
        line.take([item(5)], now: 3)
        line.drain(patience: 0) { 4 }
        #expect(seen.answered == [1, 5])
        #expect(seen.givenUp == [2, 3, 4])
        withExtendedLifetime(blocker) {}
    }

    @Test func `what has no room in memory is not answered by the sync after the failed one`() throws {
        let disk = FailingDisk()
        var limits = AccountingLine.Limits()
        (limits.held, limits.sync, limits.patience) = (3, 1, 10_000)
        let line = line(try journal(disk: disk.disk), limits: limits)
        let blocker = try store.database.connect()
        take(line, [item(1), item(2)], now: 0)
        try blocker.execute("begin; lock table sessions_live in access exclusive mode")
        line.take([item(3), item(4), item(5)], now: 1)
        #expect(seen.answered == [1, 2, 3, 4, 5])
        // Held is full: these go into the journal alone.
        disk.fail(files: 1)
        line.take([item(6)], now: 2)
        line.take([item(7)], now: 3)
        #expect(!seen.answered.contains(6))
        #expect(seen.answered.last == 7)
        #expect(seen.givenUp == [6])
        try blocker.execute("commit")
        take(line, [], now: 4)
        #expect(try store.count() == 7)
    }

    @Test func `a folder that could not be synced leaves its new file unsure`() throws {
        let disk = FailingDisk()
        let line = line(try journal(disk: disk.disk))
        seen.set(away: true)
        disk.fail(folders: 1)
        take(line, [item(1)], now: 0)
        take(line, [item(2)], now: 1)
        #expect(seen.answered == [2])
        #expect(seen.givenUp == [1])
    }

    @Test func `a disk that writes and never syncs stays an alarm; a sync that succeeds ends it`() throws {
        let disk = FailingDisk()
        var limits = AccountingLine.Limits()
        limits.sync = 2
        let line = line(try journal(disk: disk.disk), limits: limits)
        disk.fail(files: .max)
        for second in 0..<60 as Range<UInt8> {
            // Many records every five seconds; of those between, COMMIT alone answers.
            let items = second % 5 == 0 ? [item(second), item(second + 100)] : [item(second)]
            take(line, items, now: UInt64(second) * 1000)
        }
        #expect(seen.answered.count == 72)
        #expect(seen.log.count { $0 == "raised journal-write" } == 1)
        #expect(!seen.log.contains("cleared journal-write"))
        disk.fail()
        // Few records, which nobody would sync for.
        for second in 60..<63 as Range<UInt8> { take(line, [item(second)], now: UInt64(second) * 1000) }
        #expect(seen.log.count { $0 == "cleared journal-write" } == 1)
        #expect(seen.log.last?.hasPrefix("the journal can be written again: 0 requests were refused within 5") == true)
    }

    @Test func `told not to, the journal answers for nothing ahead of a database that keeps up`() throws {
        var limits = AccountingLine.Limits()
        limits.ahead = 0
        let line = line(try journal(), limits: limits)
        take(line, [item(0)], now: 0)
        let blocker = try store.database.connect()
        try blocker.execute("begin; lock table sessions_live in access exclusive mode")
        for number in 1...200 as ClosedRange<UInt8> { line.take([item(number)], now: 1) }
        #expect(seen.answered == [0])
        try blocker.execute("commit")
        take(line, [], now: 2)
        #expect(seen.answered == Array(0...200))
    }
}
