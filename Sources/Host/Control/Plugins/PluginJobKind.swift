import HTTP
import PluginAPI
import Threads

/// A kind of job that a plugin brings.
struct PluginJobKind: JobKind {
    let plugin: String
    let job: PluginJob
    let calls: PluginCalls
    let doors: PluginDoors

    var name: String { job.name }
    var limit: Int? { job.limit }

    /// While the doors are closed it waits, and is not given up.
    func run(_ context: JobContext) throws -> String? {
        guard doors.isOpen(plugin) else { throw JobError.again("the plugin \(plugin) is disabled") }
        guard case .object(let arguments) = try JSONReader.read(Array(context.json.utf8)) else {
            throw JobError.failed("its arguments are no record")
        }
        let shared = RunningPluginJob()
        let running = RunningJob(
            id: context.id, requestID: context.requestID, progress: { shared.show($0, $1, $2) },
            isCancelled: { shared.isCancelled })
        let job = job
        do {
            try calls.work(plugin, { try await job.run(arguments, running) }) {
                shared.pass(to: context)
                return context.isCancelled
            }
        } catch let error as PluginError {
            throw JobError.failed(error.message)
        } catch let error as FieldErrors {
            throw JobError.failed(error.description)
        }
        try context.check()
        return nil
    }
}

/// What passes between the thread that the job belongs to and the plugin's.
private final class RunningPluginJob: Sendable {
    private struct State {
        var progress: (done: Int64, total: Int64?, message: String?)?
        var isCancelled = false
    }

    private let state = Locked(State())

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func show(_ done: Int64, _ total: Int64?, _ message: String?) {
        state.withLock { $0.progress = (done, total, message ?? $0.progress?.message) }
    }

    func pass(to context: JobContext) {
        let isCancelled = context.isCancelled
        let news = state.withLock { state in
            state.isCancelled = isCancelled
            defer { state.progress = nil }
            return state.progress
        }
        if let news { context.progress(done: news.done, total: news.total, message: news.message) }
    }
}
