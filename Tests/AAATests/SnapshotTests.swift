@testable import AAA
import Glibc
import Store
import Support
import Threads
import Testing

@Suite struct SnapshotTests {
    private let scratch = ScratchFolder()
    private var path: String { scratch.path + "/snapshot" }
    private let facts = SnapshotFile.Facts(
        madeAt: noon, node: "bras-1", cursor: ChangeFeed.Cursor(snapshot: "100:110:105"))

    private func keys(_ name: String = "key") throws -> SnapshotKeys {
        let path = scratch.path + "/" + name
        let file = access(path, F_OK) == 0 ? try KeyFile(reading: path) : try KeyFile.create(path)
        return SnapshotKeys { try file.seal.derive($0, label: $1, salt: $2, id: $3) }
    }

    private func write(_ keys: SnapshotKeys) throws {
        try SnapshotFile.write(to: path, keys: keys, facts) { sections in
            try sections.begin(1)
            try sections.append(Array("ann's password".utf8))
            try sections.begin(2)
            try sections.append([1, 2, 3])
        }
    }

    @Test func `a snapshot under another key file is refused, and nothing of it is given out`() throws {
        try write(try keys())
        let error = #expect(throws: SealedFileError.self) {
            try SnapshotFile.read(path, keys: try keys("other")) { _, _ in Issue.record("a section was given out") }
        }
        #expect(error == .refused(path, chunk: 0))
    }

    @Test func `no snapshot is a clear error`() throws {
        #expect(throws: SealedFileError.missing(path)) { try SnapshotFile.read(path, keys: try keys()) { _, _ in } }
    }

    @Test func `a snapshot comes back with its cursor, age and sections, and is not readable on the disk`() throws {
        try write(try keys())
        var found: [UInt16: [UInt8]] = [:]
        let read = try SnapshotFile.read(path, keys: try keys()) { found[$0, default: []] += $1 }
        #expect(read == facts)
        #expect(found == [1: Array("ann's password".utf8), 2: [1, 2, 3]])
        let file = try FileSource(path)
        var bytes = [UInt8](repeating: 0, count: file.size)
        let isRead = bytes.withUnsafeMutableBytes { file.read(0, into: $0) }
        #expect(isRead && !String(decoding: bytes, as: UTF8.self).contains("password"))
    }

    @Test func `after a rotation the older snapshot still opens`() throws {
        try write(try keys())
        _ = try KeyFile(reading: scratch.path + "/key").addingKey()
        #expect(try SnapshotFile.read(path, keys: try keys()) { _, _ in } == facts)
    }

    @Test func `when the caller fails in the middle, the older snapshot stays`() throws {
        let keys = try keys()
        try write(keys)
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            try SnapshotFile.write(to: path, keys: keys, facts) { sections in
                try sections.begin(1)
                throw Failure()
            }
        }
        #expect(try SnapshotFile.read(path, keys: keys) { _, _ in } == facts)
    }

    // MARK: When

    @Test func `it is written after loading, then at intervals if something changed, and at the stop`() {
        var schedule = SnapshotSchedule(intervalSeconds: 300, retrySeconds: 30)
        #expect(schedule.isDue(now: 5, isStopping: false))
        schedule.begins()
        schedule.ended(well: true, now: 1000)
        #expect(!schedule.isDue(now: 900_000, isStopping: false))
        #expect(!schedule.isDue(now: 900_000, isStopping: true))
        schedule.changed()
        #expect(!schedule.isDue(now: 300_999, isStopping: false))
        #expect(schedule.isDue(now: 301_000, isStopping: false))
        #expect(schedule.isDue(now: 2000, isStopping: true))
    }

    @Test func `what changes while it is written waits for the next; a failure is tried again sooner`() {
        var schedule = SnapshotSchedule(intervalSeconds: 300, retrySeconds: 30)
        schedule.begins()
        schedule.changed()
        schedule.ended(well: true, now: 0)
        #expect(schedule.isDue(now: 300_000, isStopping: false))
        schedule.begins()
        schedule.ended(well: false, now: 300_000)
        #expect(!schedule.isDue(now: 329_999, isStopping: false))
        #expect(schedule.isDue(now: 330_000, isStopping: false))
    }

    @Test func `the keeper writes at its start, and what changed at its stop`() throws {
        let keys = try keys()
        let settings = SnapshotKeeper.Settings(path: path, keys: keys, node: "bras-1") { Issue.record("\($0)") }
        let keeper = SnapshotKeeper(settings) {
            SnapshotKeeper.State(cursor: ChangeFeed.Cursor(snapshot: "1:1:")) { sections in
                try sections.begin(1)
                try sections.append([7])
            }
        }
        keeper.changed()
        keeper.stop()
        #expect(keeper.failures == 0 && keeper.bytes > 0)
        #expect(keeper.lagSeconds(now: Moment.now().monotonic + 9000) == 0)
        var found: [UInt8] = []
        let read = try SnapshotFile.read(path, keys: keys) { found += $1 }
        #expect(read.cursor.snapshot == "1:1:" && found == [7])
    }

    @Test func `a folder that can't be written is said and counted`() throws {
        let said = Said()
        let settings = SnapshotKeeper.Settings(path: "/nowhere/snapshot", keys: try keys(), node: "x") { said.add($0) }
        let keeper = SnapshotKeeper(settings) {
            SnapshotKeeper.State(cursor: ChangeFeed.Cursor(snapshot: "1:1:")) { _ in }
        }
        keeper.stop()
        #expect(keeper.failures > 0)
        #expect(keeper.lagSeconds(now: Moment.now().monotonic + 9000) >= 9)
        #expect(said.all.first?.contains("/nowhere/snapshot") == true)
    }

    // MARK: The start

    @Test func `with the database there, the snapshot is not asked`() {
        let decision = ColdStart.decide(
            database: .there,
            snapshot: {
                Issue.record("it was asked")
                return (nil, "")
            }, now: noon)
        #expect(decision == .load)
    }

    @Test func `without both it fails, and says why of each`() {
        let decision = ColdStart.decide(
            database: .lacking(why: "refused"), snapshot: { (nil, "there is no file") }, now: noon)
        guard case .fail(let why) = decision else {
            Issue.record("it starts")
            return
        }
        #expect(why.contains("refused") && why.contains("there is no file"))
    }

    @Test(arguments: [(Int64(59), "59 s"), (180, "3 min"), (7500, "2 h 5 min"), (350_000, "4 d 1 h"), (-50, "0 s")])
    func `without the database it answers from the snapshot and says how old that is`(_ age: Int64, _ words: String) {
        let decision = ColdStart.decide(
            database: .lacking(why: "refused"), snapshot: { (noon - age, "") }, now: noon)
        guard case .snapshot(let seconds, let line) = decision else {
            Issue.record("it does not start")
            return
        }
        #expect(seconds == max(0, age))
        #expect(line.contains("\(words) old"))
    }
}

private final class Said: Sendable {
    private let lines = Locked<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}
