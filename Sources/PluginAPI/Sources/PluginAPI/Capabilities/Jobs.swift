/// Does work in the background: kinds of jobs that are run durably, with retries, by the clock or when asked.
public protocol Jobs: Plugin {
    /// Constant after `init`.
    var jobs: [PluginJob] { get }
}

/// One kind of job. It is run at least once: after a crash again, from the beginning.
///
/// ```swift
/// PluginJob("vouchers.expire", "Expire vouchers", schedule: "15 3 * * *") { (_: Nothing, job) in
///     try await expire(job)
/// }
/// ```
public struct PluginJob: Sendable {
    /// The plugin's id, a dot, and what is done: `vouchers.expire`.
    public let name: String
    /// For people.
    public let title: String
    /// When it is run by itself, as the five fields of cron in UTC; nil for only when asked.
    public let schedule: String?
    /// How many of the kind may run at once in the whole cluster; nil for any number.
    public let limit: Int?
    public let arguments: [FieldDescription]
    /// Runs one. A `PluginError` or `FieldErrors` ends it for good; any other error and it is tried again later.
    public let run: @Sendable (_ arguments: [String: FieldValue], _ job: RunningJob) async throws -> Void

    public init<Arguments: Record>(
        _ name: String, _ title: String, schedule: String? = nil, limit: Int? = nil,
        _ handler: @escaping @Sendable (Arguments, RunningJob) async throws -> Void
    ) {
        self.name = name
        self.title = title
        self.schedule = schedule
        self.limit = limit
        arguments = Arguments.fields.map(\.description)
        run = { values, job in try await handler(try Arguments(values: values), job) }
    }
}

/// A job as it runs.
public struct RunningJob: Sendable {
    public let id: Int64
    /// The request that started it; nil for the clock's.
    public let requestID: String?
    private let show: @Sendable (Int64, Int64?, String?) -> Void
    private let stopped: @Sendable () -> Bool

    public init(
        id: Int64, requestID: String? = nil,
        progress: @escaping @Sendable (_ done: Int64, _ total: Int64?, _ message: String?) -> Void = { _, _, _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.id = id
        self.requestID = requestID
        show = progress
        stopped = isCancelled
    }

    /// Shown within a second; may be called as often as it likes. `total` is nil while it is not known.
    public func progress(_ done: Int64, of total: Int64? = nil, _ message: String? = nil) { show(done, total, message) }

    /// Whether somebody wants it to end, or the server stops. Look between rows.
    public var isCancelled: Bool { stopped() }
}
