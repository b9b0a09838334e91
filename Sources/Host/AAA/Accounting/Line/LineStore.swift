import Store
import Threads

/// The database as the line sees it: away, being dialled, or there with at most one transaction on its way. Nothing
/// here waits, unless `inBackground` is false.
final class LineStore {
    /// What a new connection found.
    struct Opening: @unchecked Sendable {
        let connection: Connection
        let watermark: UInt64
        let sweeps: [RestartSweep]
    }

    private let node: String
    private let connect: @Sendable () throws -> Connection
    private let inBackground: Bool
    /// Tells the line's thread to look.
    private let wake: @Sendable () -> Void
    private(set) var connection: Connection?
    private var dialling: WorkerThread?
    private let dialled = Outcome()

    private final class Outcome: Sendable {
        private let result = Locked<Result<Opening, any Error>?>(nil)

        func set(_ new: Result<Opening, any Error>) { result.withLock { $0 = new } }
        func take() -> Result<Opening, any Error>? { result.withLock { $0.take() } }
    }

    init(
        node: String, inBackground: Bool, wake: @escaping @Sendable () -> Void,
        connect: @escaping @Sendable () throws -> Connection
    ) {
        self.node = node
        self.inBackground = inBackground
        self.wake = wake
        self.connect = connect
    }

    var isDialling: Bool { dialling != nil }

    /// Starts to connect; `opened` tells the outcome.
    func dial() {
        let work: @Sendable () -> Void = { [node, connect, dialled, wake] in
            dialled.set(Result { try LineStore.open(node, connect) })
            wake()
        }
        if inBackground { dialling = WorkerThread("dial", work) } else { work() }
    }

    /// The outcome of `dial`, once.
    func opened() -> Result<Opening, any Error>? {
        guard let result = dialled.take() else { return nil }
        dialling?.join()
        dialling = nil
        if case .success(let opening) = result { connection = opening.connection }
        return result
    }

    func drop() { connection = nil }

    private static func open(_ node: String, _ connect: () throws -> Connection) throws -> Opening {
        let connection = try connect()
        // The statements are always the same few; planning each anew would cost more than running it.
        try connection.execute("set plan_cache_mode = force_generic_plan")
        return Opening(
            connection: connection, watermark: try AccountingWriter(connection, node: node).watermark(),
            sweeps: try RestartSweep.waiting(connection, node: node))
    }
}
