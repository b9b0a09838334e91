import Dispatch
package import Store
import Synchronization

/// Writes the snapshot file on a thread of its own, so that no login waits for it.
package final class SnapshotKeeper: Sendable {
    /// What is to be written: the feed's cursor and, for `write`, the sections of that very moment.
    package struct State {
        package var cursor: ChangeFeed.Cursor
        package var write: (SnapshotFile.Sections) throws -> Void

        package init(cursor: ChangeFeed.Cursor, write: @escaping (SnapshotFile.Sections) throws -> Void) {
            self.cursor = cursor
            self.write = write
        }
    }

    package struct Settings: Sendable {
        package var path: String
        package var keys: SnapshotKeys
        package var node: String
        package var intervalSeconds: UInt64
        package var log: @Sendable (String) -> Void

        package init(
            path: String, keys: SnapshotKeys, node: String, intervalSeconds: UInt64 = 300,
            log: @escaping @Sendable (String) -> Void
        ) {
            self.path = path
            self.keys = keys
            self.node = node
            self.intervalSeconds = intervalSeconds
            self.log = log
        }
    }

    private let written: Written
    private let bell = DispatchSemaphore(value: 0)
    private let thread: WorkerThread

    /// What the thread tells and is told.
    private final class Written: Sendable {
        /// Since when the file lacks a change, milliseconds of the monotonic clock; 0 when it lacks none.
        let lackingSince = Atomic<UInt64>(Moment.now().monotonic)
        let bytes = Atomic<Int>(0)
        let failures = Atomic<Int>(0)
        let isChanged = Atomic<Bool>(false)
        let isStopping = Atomic<Bool>(false)

        /// Unless it has lacked something for longer, which stays.
        func lacks(since: UInt64) {
            _ = lackingSince.compareExchange(expected: 0, desired: since, ordering: .relaxed)
        }

        /// What was taken out could not be written; what came meanwhile came later.
        func stillLacks(since: UInt64) {
            if since > 0 { lackingSince.store(since, ordering: .relaxed) }
        }
    }

    /// - Parameter capture: the state to be written, asked for on the keeper's thread; nil while there is none. Its
    ///   cursor must be no newer than its sections: a change that is in both is applied twice, and nothing is missed.
    package init(_ settings: Settings, capture: @escaping @Sendable () throws -> State?) {
        let written = Written()
        self.written = written
        thread = WorkerThread("snapshot") { [bell] in
            SealedFileWriter.tidy(settings.path)
            var schedule = SnapshotSchedule(intervalSeconds: settings.intervalSeconds)
            var isStopping = false
            while !isStopping {
                isStopping = written.isStopping.load(ordering: .acquiring)
                if written.isChanged.exchange(false, ordering: .acquiringAndReleasing) { schedule.changed() }
                if schedule.isDue(now: Moment.now().monotonic, isStopping: isStopping) {
                    schedule.begins()
                    let isWell = SnapshotKeeper.write(settings, written, capture)
                    schedule.ended(well: isWell, now: Moment.now().monotonic)
                }
                if !isStopping { _ = bell.wait(timeout: .now() + .seconds(1)) }
            }
        }
    }

    /// The policy changed. For the feed's thread; costs next to nothing.
    package func changed() {
        // In this order: the keeper looks at them in the other one.
        written.lacks(since: Moment.now().monotonic)
        written.isChanged.store(true, ordering: .releasing)
    }

    /// Writes what is not yet written, and returns.
    package func stop() {
        written.isStopping.store(true, ordering: .releasing)
        bell.signal()
        thread.join()
    }

    /// For how long the file has lacked a change; 0 when all is in it.
    ///
    /// - now: milliseconds of the monotonic clock.
    package func lagSeconds(now: UInt64) -> Double {
        let since = written.lackingSince.load(ordering: .relaxed)
        return since == 0 ? 0 : Double(max(now, since) - since) / 1000
    }

    package var bytes: Int { written.bytes.load(ordering: .relaxed) }
    package var failures: Int { written.failures.load(ordering: .relaxed) }

    private static func write(
        _ settings: Settings, _ written: Written, _ capture: () throws -> State?
    ) -> Bool {
        let since = written.lackingSince.exchange(0, ordering: .relaxed)
        do {
            guard let state = try capture() else {
                written.stillLacks(since: since)
                return false
            }
            let now = Moment.now().wall
            let size = try SnapshotFile.write(
                to: settings.path, keys: settings.keys,
                SnapshotFile.Facts(madeAt: now, node: settings.node, cursor: state.cursor), state.write)
            written.bytes.store(size, ordering: .relaxed)
            return true
        } catch {
            written.stillLacks(since: since)
            written.failures.add(1, ordering: .relaxed)
            settings.log("the snapshot for a start without the database was not written, the older one stays: \(error)")
            return false
        }
    }
}
