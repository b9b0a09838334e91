import AAA
import Dictionary
import EventLoop
import Glibc
import Log
import RADIUS
import Store

/// The data plane: answers RADIUS. Loads no plugin.
enum RadiusProcess {
    /// The local socket's name, in the data folder's runtime folder.
    static let socketName = "radius.sock"

    /// Loads, answers when told to, and runs until told to stop; gives the exit code.
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        let log = configuration.log("radius")
        let loop = try EventLoop()
        let settings = try settings(orders, configuration, environment, log)
        let runtime = try RadiusRuntime(settings)
        let folder = DataFolder(configuration.data).runtime
        let duty = try RadiusDuty(orders, loop, runtime, folder: folder, log: log) {
            try LocalServer(loop, folder: folder, name: socketName) { answer($0, $1, runtime, settings.dictionary) }
        }
        loop.run()
        runtime.stop()
        return duty.result
    }

    /// What other processes of this machine ask on the local socket: a line, answered by lines.
    private static func answer(
        _ line: String, _ reply: LocalReply, _ runtime: RadiusRuntime, _ dictionary: AttributeDictionary
    ) {
        if let question = TraceQuestion(line: line) {
            return TraceStream.start(question, runtime.trace, dictionary, reply)
        }
        if let lines = NightAnswers.lines(to: line, runtime) { return reply.answer(lines) }
        switch line {
        case "health": reply.answer(runtime.watched.health.lines)
        case "metrics": reply.answer(runtime.watched.metricLines())
        default: reply.answer(["unknown request"])
        }
    }

    private static func settings(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment, _ log: Log
    ) throws -> RadiusRuntime.Settings {
        let installation = try Installation(executable: environment.executable)
        let folder = DataFolder(configuration.data)
        let keys = try KeyRing(path: folder.key)
        var result = RadiusRuntime.Settings(
            database: try ProcessDatabase.settings(configuration, name: "radius", isServer: true),
            dictionary: try AttributeDictionary.load(file: configuration.dictionary ?? installation.dictionary),
            vault: SecretVault(reading: keys.open(_:for:into:)), journalFolder: folder.journal, node: nodeName(),
            auth: try orders.sockets(for: .auth).map { try UDPEndpoint(adopting: $0.descriptor) },
            acct: try orders.sockets(for: .acct).map { try UDPEndpoint(adopting: $0.descriptor) },
            log: { log.warning($0) })
        result.journalLimit = configuration.journalLimit
        result.journalAhead = configuration.journalAhead
        result.snapshot = SnapshotPlace(
            path: folder.snapshot, keys: SnapshotKeys { try keys.derive($0, label: $1, salt: $2, id: $3) })
        result.authThreads = configuration.authThreads
        if let target = configuration.alarmSyslog.flatMap({ Syslog($0) }) {
            result.tellAway = { DirectAlarm.send($0, to: target, log) }
        }
        return result
    }

    /// The machine's name: one journal a machine and data folder.
    private static func nodeName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "node" }
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}
