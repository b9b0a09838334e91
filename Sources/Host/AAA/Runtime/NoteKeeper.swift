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
            var (current, previous) = (HeardNAS { $0.lastCurrent }, HeardNAS { $0.lastPrevious })
            var isStopping = false
            var isAway = false
            while !isStopping {
                isStopping = bell.wait(timeout: .now() + .milliseconds(isAway ? 1000 : 250)) == .success
                var page = notebook.turn()
                page.heard.merge(heard.turn(counters.blocks)) { max($0, $1) }
                page.current.merge(current.turn(counters.blocks)) { max($0, $1) }
                page.previous.merge(previous.turn(counters.blocks)) { max($0, $1) }
                if page.isEmpty { continue }
                do {
                    let held = try connection ?? Connection(database)
                    connection = held
                    try NotebookWriter(held).write(page)
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
    /// When, of a NAS; 0 for never.
    private let time: @Sendable (NASCounters) -> Int64

    init(_ time: @escaping @Sendable (NASCounters) -> Int64 = { $0.lastHeard }) { self.time = time }

    mutating func turn(_ blocks: [NASCounters]) -> [Int64: Int64] {
        var heard: [Int64: Int64] = [:]
        for block in blocks {
            let at = time(block)
            guard at != 0, abs(at - noted[block.nasID, default: 0]) >= HeardNAS.everySeconds else { continue }
            heard[block.nasID] = at
            noted[block.nasID] = at
        }
        return heard
    }
}
