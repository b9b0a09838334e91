import HTTP
import PluginAPI
import Policy
import Store
import Threads

/// Plugins' jobs among all the others.
final class PluginJobQueue: PluginJobHost {
    private let jobs: Locked<[String: PluginJob]> = Locked([:])

    /// Those of the plugins that started: `init` is too early to queue one.
    func know(_ plugins: [LoadedPlugin]) {
        let known = Dictionary(plugins.flatMap(\.jobs).map { ($0.name, $0) }) { first, _ in first }
        jobs.withLock { $0 = known }
    }

    func enqueue(_ connection: Connection, plugin: String, job: String, arguments: FieldValue) throws -> Int64 {
        guard let known = jobs.withLock({ $0[job] }), job.hasPrefix(plugin + ".") else {
            throw PluginError("\(plugin) has no job \(job)")
        }
        guard case .object(let values) = arguments else { throw PluginError("the arguments of \(job) are no record") }
        let faults = known.arguments.faults(in: values)
        guard faults.isEmpty else { throw FieldErrors(faults) }
        return try Jobs.enqueue(
            connection, job, title: known.title, arguments: JSON(arguments, known.arguments),
            actor: Actor("plugin:\(plugin)"))
    }
}
