import AAA
import Threads

/// The threads that a plugin's code runs on: its own, so that code that never gives its thread back holds up this
/// plugin and nobody else. Made when first needed.
final class PluginThreads: TaskExecutor {
    private let queue = ThreadQueue<@Sendable () -> Void>()
    private let threads: Locked<[WorkerThread]> = Locked([])
    private let name: String
    private let count: Int

    init(_ plugin: String, threads count: Int = 2) {
        name = plugin
        self.count = count
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        start()
        _ = queue.add { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// What waits is dropped; what runs is not waited for, since it may never end.
    func stop() { queue.stop() }

    private func start() {
        threads.withLock { threads in
            while threads.count < count {
                threads.append(
                    WorkerThread(name) { [queue] in
                        while let work = queue.next() { work() }
                    })
            }
        }
    }
}
