import Dispatch
import Store

/// The thread that writes what the data plane notes, a few times a second, on a connection of its own. While the
/// database is away the notes are kept, and alarms go to the system's log directly.
final class NoteKeeper: Sendable {
    private let bell = DispatchSemaphore(value: 0)
    private let thread: WorkerThread

    /// - tellAway: told of the alarms of a page that the database did not take.
    init(
        _ database: ConnectionSettings, _ notebook: Notebook, _ counters: Counters,
        tellAway: @escaping @Sendable (AwayAlarms.Alarm) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void
    ) {
        thread = WorkerThread("notes") { [bell] in
            var connection: Connection?
            var (heard, away) = (HeardNAS(), AwayAlarms())
            var isStopping = false
            var isAway = false
            while !isStopping {
                isStopping = bell.wait(timeout: .now() + .milliseconds(isAway ? 1000 : 250)) == .success
                var page = notebook.turn()
                page.heard.merge(heard.turn(counters.blocks)) { max($0, $1) }
                if page.isEmpty { continue }
                do {
                    let current = try connection ?? Connection(database)
                    connection = current
                    try NotebookWriter(current).write(page)
                    if isAway { log("notes are written again") }
                    away.isBack()
                    isAway = false
                } catch {
                    connection = nil
                    for alarm in away.look(page.alarms, now: Moment.now().wall) { tellAway(alarm) }
                    notebook.putBack(page)
                    if !isAway { log("notes are kept, the database does not take them: \(error)") }
                    isAway = true
                }
            }
        }
    }

    func stop() {
        bell.signal()
        thread.join()
    }
}

/// Which NAS were heard since they were last noted; each at most every ten seconds.
struct HeardNAS {
    private static let everySeconds: Int64 = 10
    private var noted: [Int64: Int64] = [:]

    mutating func turn(_ blocks: [NASCounters]) -> [Int64: Int64] {
        var heard: [Int64: Int64] = [:]
        for block in blocks {
            let at = block.lastHeard
            guard at != 0, abs(at - noted[block.nasID, default: 0]) >= HeardNAS.everySeconds else { continue }
            heard[block.nasID] = at
            noted[block.nasID] = at
        }
        return heard
    }
}
