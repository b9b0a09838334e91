import Store
import Synchronization

/// Whether `radius` runs on what a snapshot said, and how old that is.
final class SnapshotOrigin: Sendable {
    /// Seconds since 1970; 0 when the policy is the database's.
    private let madeAt = Atomic<Int64>(0)
    private let settings: RadiusRuntime.Settings
    private let events: any EventSink

    init(_ settings: RadiusRuntime.Settings, _ events: any EventSink) {
        self.settings = settings
        self.events = events
    }

    var isOld: Bool { madeAt.load(ordering: .relaxed) != 0 }

    /// For the metrics page: 0 while the policy is the database's.
    func ageSeconds(now: Int64) -> Int64 {
        let at = madeAt.load(ordering: .relaxed)
        return at == 0 ? 0 : max(0, now - at)
    }

    /// Takes the policy from the file; the feed's cursor in it. Throws a sentence when that can't be done.
    func load(_ source: PolicySource, away: String) throws -> ChangeFeed.Cursor {
        var facts: SnapshotFile.Facts?
        var why = "none is configured"
        if let place = settings.snapshot {
            do {
                var builder = PolicyImage.Builder(settings.dictionary, counters: source.counters)
                let read = try SnapshotFile.read(place.path, keys: place.keys) { try builder.take($0, $1) }
                source.use(try builder.finish())
                facts = read
            } catch {
                why = "\(error)"
            }
        }
        let decision = ColdStart.decide(
            database: .lacking(why: away), snapshot: { (facts?.madeAt, why) }, now: Moment.now().wall)
        guard let facts, case .snapshot(_, let line) = decision else {
            if case .fail(let sentence) = decision { throw SnapshotMissing(description: sentence) }
            throw SnapshotMissing(description: why)
        }
        madeAt.store(max(1, facts.madeAt), ordering: .relaxed)
        settings.log(line)
        events.alarm(kind: .runningFromSnapshot, subject: settings.node, message: line)
        return facts.cursor
    }

    /// The database is there again, and what it knows is in force.
    func caughtUp() {
        guard madeAt.exchange(0, ordering: .relaxed) != 0 else { return }
        settings.log("the database is back; the policy is its own again")
        events.cleared(kind: .runningFromSnapshot, subject: settings.node)
    }
}

/// Why `radius` can't start, in a sentence.
package struct SnapshotMissing: Error, Sendable, CustomStringConvertible {
    package let description: String
}

/// Where the snapshot is kept, and under which keys.
package struct SnapshotPlace: Sendable {
    package let path: String
    package let keys: SnapshotKeys

    package init(path: String, keys: SnapshotKeys) {
        self.path = path
        self.keys = keys
    }
}
