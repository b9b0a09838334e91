import HTTP
import PluginAPI
import Store

/// Carries out a bulk action: a chunk a transaction, each subscriber by himself, so that one that is refused does not
/// hold up the others. After a crash it goes on behind the last chunk.
struct BulkJob: JobKind {
    static let kind = "subscribers.bulk"
    private static let chunk = 100

    let seal: House.Cipher
    let identity: @Sendable (Connection) -> Identity
    /// Microseconds since 1970.
    let clock: @Sendable () -> Int64

    var name: String { BulkJob.kind }

    static func arguments(_ action: BulkAction, _ ids: [Int64], _ starter: Principal) -> JSON {
        .object([
            ("operator_id", .integer(starter.id)),
            ("values", JSON(.object(action.values))), ("ids", .array(ids.map { .integer($0) })),
            ("reseller_id", starter.scope.resellerID.map { .integer($0) } ?? .null),
        ])
    }

    func run(_ job: JobContext) throws -> String? {
        guard case .object(let arguments) = try JSONReader.read(Array(job.json.utf8)),
            case .object(let values) = arguments["values"], case .list(let listed) = arguments["ids"]
        else { throw JobError.failed("the arguments can't be read") }
        let ids = listed.compactMap { if case .integer(let id) = $0 { id } else { nil } }
        let action = try BulkAction(values)
        try JobRights.check(
            arguments["operator_id"], ["subscribers.edit", action.kind.permission], identity(job.connection))
        let scope = try JobScope.read(arguments["reseller_id"], job.connection)
        var done = job.checkpoint.flatMap { Int($0) } ?? 0
        while done < ids.count {
            try job.check()
            let end = min(done + BulkJob.chunk, ids.count)
            try job.connection.transaction { () throws in
                try apply(action, ids, done..<end, scope, job)
                job.progress(done: Int64(end), total: Int64(ids.count))
                try job.save(checkpoint: "\(end)")
            }
            done = end
        }
        return "{\"count\": \(ids.count)}"
    }

    private func apply(
        _ action: BulkAction, _ ids: [Int64], _ range: Range<Int>, _ scope: Scope, _ job: JobContext
    ) throws {
        let records = Records(job.connection, actor: job.actor) { try seal($0, $1) }
        // Asked again: hours may have passed since the job was started.
        let seen = try Scoped(job.connection, scope).subscribers(Array(ids[range]))
        for index in range {
            let id = ids[index]
            guard let name = seen[id] else {
                try job.row(Int64(index), name: "\(id)", isOK: false, message: "is not there any more")
                continue
            }
            do {
                try job.connection.transaction { try action.apply(id, name, records, now: clock()) }
                try job.row(Int64(index), name: name, isOK: true)
            } catch let refusal as RecordRefusal {
                try job.row(Int64(index), name: name, isOK: false, message: refusal.message)
            } catch let error as StoreError {
                guard [.conflict, .refused, .value].contains(error.kind) else { throw error }
                let words = Refusals.problem(error, isHouse: scope.isHouse)?.detail ?? "is refused"
                try job.row(Int64(index), name: name, isOK: false, message: words)
            }
        }
    }
}

/// In whose scope a job works: that of who started it, as it is now.
enum JobScope {
    static func read(_ reseller: FieldValue?, _ connection: Connection) throws -> Scope {
        guard case .integer(let id) = reseller else { return .house }
        guard let scope = try Scoped.scope(ofReseller: id, connection) else {
            throw JobError.failed("the reseller is not there any more")
        }
        return scope
    }
}
