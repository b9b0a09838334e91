import Dispatch
import Store

/// The thread that writes what the data plane notes, a few times a second, on a connection of its own.
final class NoteKeeper: Sendable {
    private let bell = DispatchSemaphore(value: 0)
    private let thread: WorkerThread

    init(
        _ database: ConnectionSettings, _ notebook: Notebook, _ counters: Counters,
        log: @escaping @Sendable (String) -> Void
    ) {
        thread = WorkerThread("notes") { [bell] in
            var connection: Connection?
            var isStopping = false
            while !isStopping {
                isStopping = bell.wait(timeout: .now() + .milliseconds(250)) == .success
                let page = notebook.turn()
                if page.isEmpty { continue }
                do {
                    let current = try connection ?? Connection(database)
                    connection = current
                    try NotebookWriter(current).write(page)
                } catch {
                    connection = nil
                    counters.add("notes_lost", by: UInt64(page.logins.count))
                    log("\(page.logins.count) login records were not written: \(error)")
                }
            }
        }
    }

    func stop() {
        bell.signal()
        thread.join()
    }
}
