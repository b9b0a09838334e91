import AAA
import Dispatch
import HTTP
package import PluginAPI
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

    /// - atOnce: how many callers may wait for plugins at once, all plugins together.
    /// - now: seconds of a clock that only goes on.
    package convenience init(
        deadlineSeconds: Double = 30, atOnce: Int = 4,
        now: @escaping @Sendable () -> Double = { Double(Moment.microseconds()) / 1_000_000 }
    ) {
        self.init(deadlineSeconds: deadlineSeconds, atOnce: atOnce, limits: PluginBreaker.Limits(), now: now)
    }

    init(
        deadlineSeconds: Double, atOnce: Int, limits: PluginBreaker.Limits, now: @escaping @Sendable () -> Double
    ) {
        self.deadlineSeconds = deadlineSeconds
        self.atOnce = atOnce
        self.limits = limits
        self.now = now
    }

    /// Runs `body` on the plugin's threads and waits for it on this one. Throws a `Problem` (503 `plugin_late`,
    /// `plugin_busy`) when it may not or does not end in time, else what `body` throws.
    package func call<Value: Sendable>(
        _ plugin: String, _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let threads = try enter(plugin)
        defer { state.withLock { $0.waiting -= 1 } }
        let outcome = Outcome<Value>()
        let task = Task(executorPreference: threads) { [self] in
            var result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            let inTime = outcome.give(result)
            state.withLock { $0.breakers[plugin, default: PluginBreaker()].leave(inTime: inTime) }
            outcome.bell.signal()
        }
        if outcome.bell.wait(timeout: .now() + deadlineSeconds) == .timedOut, outcome.giveUp() {
            task.cancel()
            state.withLock { [now, limits] in $0.breakers[plugin, default: PluginBreaker()].isLate(now: now(), limits) }
            throw Problem(
                503, "plugin_late", "The plugin \(plugin) did not answer in time.",
                headers: [(name: "Retry-After", value: "30")])
        }
        guard let result = outcome.result else { preconditionFailure("what was not given up was given") }
        return try result.get()
    }

    /// What waits is dropped.
    package func stop() {
        let threads = state.withLock { Array($0.threads.values) }
        for thread in threads { thread.stop() }
    }

    private func enter(_ plugin: String) throws -> PluginThreads {
        try state.withLock { [now, limits, atOnce] state in
            guard state.waiting < atOnce else { throw PluginCalls.busy(plugin, 2) }
            switch state.breakers[plugin, default: PluginBreaker()].enter(now: now(), limits) {
            case nil: break
            case .busy: throw PluginCalls.busy(plugin, 2)
            case .paused(let seconds): throw PluginCalls.busy(plugin, Int(seconds) + 1)
            }
            state.waiting += 1
            if let threads = state.threads[plugin] { return threads }
            let threads = PluginThreads(plugin)
            state.threads[plugin] = threads
            return threads
        }
    }

    private static func busy(_ plugin: String, _ seconds: Int) -> Problem {
        Problem(
            503, "plugin_busy", "The plugin \(plugin) has enough to do; try again in \(seconds) s.",
            headers: [(name: "Retry-After", value: "\(seconds)")])
    }
}

/// What came of a call, for whom of the two is first: the call that ends, or the caller that gives up.
private final class Outcome<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var isGivenUp = false
    }

    private let state = Locked(State())
    let bell = DispatchSemaphore(value: 0)

    var result: Result<Value, any Error>? { state.withLock { $0.result } }

    /// False when nobody waits any more.
    func give(_ result: Result<Value, any Error>) -> Bool {
        state.withLock { state in
            if !state.isGivenUp { state.result = result }
            return !state.isGivenUp
        }
    }

    /// False when there is a result after all.
    func giveUp() -> Bool {
        state.withLock { state in
            guard state.result == nil else { return false }
            state.isGivenUp = true
            return true
        }
    }
}

/// What a plugin threw that was no refusal: its fault. The log names it; a client reads 500.
package struct PluginFailure: Error, CustomStringConvertible {
    package let plugin: String
    package let reason: String

    package var description: String { "the plugin \(plugin) failed: \(reason)" }
}
