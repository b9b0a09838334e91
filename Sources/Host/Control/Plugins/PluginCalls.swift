import AAA
import Dispatch
import HTTP
import Store
import Threads

/// Calls plugins' async code from threads that wait: with a deadline, few at once, and none for a while after a plugin
/// was late again and again. A plugin that hangs costs two threads of a worker's for half a minute, and then none.
package final class PluginCalls: Sendable {
    private struct State {
        var breakers: [String: PluginBreaker] = [:]
        var threads: [String: PluginThreads] = [:]
        var waiting = 0
    }

    private let state = Locked(State())
    private let limits: PluginBreaker.Limits
    private let deadlineSeconds: Double
    private let atOnce: Int
    private let now: @Sendable () -> Double
    private let wait: Wait

    /// Waits for a bell; false when so many seconds went by without it.
    typealias Wait = @Sendable (_ bell: DispatchSemaphore, _ seconds: Double) -> Bool

    static let inRealTime: Wait = { bell, seconds in bell.wait(timeout: .now() + seconds) == .success }

    /// - atOnce: how many callers may wait for plugins at once, all plugins together.
    /// - now: seconds of a clock that only goes on.
    package convenience init(
        deadlineSeconds: Double = 30, atOnce: Int = 4,
        now: @escaping @Sendable () -> Double = { Double(Moment.microseconds()) / 1_000_000 }
    ) {
        self.init(deadlineSeconds: deadlineSeconds, atOnce: atOnce, limits: PluginBreaker.Limits(), now: now)
    }

    init(
        deadlineSeconds: Double = 30, atOnce: Int = 4, limits: PluginBreaker.Limits,
        now: @escaping @Sendable () -> Double, wait: @escaping Wait = PluginCalls.inRealTime
    ) {
        self.deadlineSeconds = deadlineSeconds
        self.atOnce = atOnce
        self.limits = limits
        self.now = now
        self.wait = wait
    }

    /// Runs `body` on the plugin's threads and waits for it on this one. Throws a `Problem` (503 `plugin_late`,
    /// `plugin_busy`) when it may not or does not end in time, else what `body` throws.
    ///
    /// - isWorker: whether this thread is one that many wait for, of which only a few may wait for plugins.
    package func call<Value: Sendable>(
        _ plugin: String, isWorker: Bool = true, _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let threads = try enter(plugin, isWorker: isWorker)
        defer { if isWorker { state.withLock { $0.waiting -= 1 } } }
        let outcome = Outcome<Value>()
        let task = Task(executorPreference: threads) { [self] in
            var result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            let inTime = outcome.give(result)
            state.withLock { $0.breakers[plugin, default: PluginBreaker()].leave(inTime: inTime) }
            outcome.bell.signal()
        }
        if !wait(outcome.bell, deadlineSeconds), outcome.giveUp() {
            task.cancel()
            state.withLock { [now, limits] in $0.breakers[plugin, default: PluginBreaker()].isLate(now: now(), limits) }
            throw Problem(
                503, "plugin_late", "The plugin \(plugin) did not answer in time.",
                headers: [(name: "Retry-After", value: "30")])
        }
        guard let result = outcome.result else { preconditionFailure("what was not given up was given") }
        return try result.get()
    }

    /// Runs a long piece of work, however long it takes, and looks at it every second.
    ///
    /// - shouldStop: asked every second. When the work has not ended half a minute after the first yes, it is left to
    ///   itself, and this throws `JobError.cancelled`.
    func work(_ plugin: String, _ body: @escaping @Sendable () async throws -> Void, shouldStop: () -> Bool) throws {
        let outcome = Outcome<Void>()
        let task = Task(executorPreference: state.withLock { PluginCalls.threads(of: plugin, &$0) }) {
            var result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            _ = outcome.give(result)
            outcome.bell.signal()
        }
        var stoppingSince: Double?
        while !wait(outcome.bell, 1) {
            guard shouldStop() else { continue }
            let since = stoppingSince ?? now()
            stoppingSince = since
            task.cancel()
            if now() - since >= deadlineSeconds, outcome.giveUp() { throw JobError.cancelled }
        }
        _ = shouldStop()
        try outcome.result?.get()
    }

    /// What waits is dropped.
    package func stop() {
        let threads = state.withLock { Array($0.threads.values) }
        for thread in threads { thread.stop() }
    }

    private func enter(_ plugin: String, isWorker: Bool) throws -> PluginThreads {
        try state.withLock { [now, limits, atOnce] state in
            guard !isWorker || state.waiting < atOnce else { throw PluginCalls.busy(plugin, 2) }
            switch state.breakers[plugin, default: PluginBreaker()].enter(now: now(), limits) {
            case nil: break
            case .busy: throw PluginCalls.busy(plugin, 2)
            case .paused(let seconds): throw PluginCalls.busy(plugin, Int(seconds) + 1)
            }
            if isWorker { state.waiting += 1 }
            return PluginCalls.threads(of: plugin, &state)
        }
    }

    private static func threads(of plugin: String, _ state: inout State) -> PluginThreads {
        if let threads = state.threads[plugin] { return threads }
        let threads = PluginThreads(plugin)
        state.threads[plugin] = threads
        return threads
    }

    private static func busy(_ plugin: String, _ seconds: Int) -> Problem {
        Problem(
            503, "plugin_busy", "The plugin \(plugin) has enough to do; try again in \(seconds) s.",
            headers: [(name: "Retry-After", value: "\(seconds)")])
    }
}
