import HTTP
import PluginAPI
import Store

/// Computes the audit log's chain again: minutes for a long one. The result is the report; of a chain that is not whole
/// the first entry that is wrong is the job's row.
package struct AuditVerify: JobKind {
    package static let kind = "audit.verify"
    package let name = AuditVerify.kind
    package let limit: Int? = 1
    private let identity: @Sendable (Connection) -> Identity

    init(identity: @escaping @Sendable (Connection) -> Identity) { self.identity = identity }

    /// - hash: of a head that was exported, with its number; nil: what the log itself says is its end is believed.
    static func arguments(_ seq: Int64?, _ hash: String?, _ caller: Principal) -> JSON {
        .object([
            ("operator_id", .integer(caller.id)), ("known_seq", seq.map { .integer($0) } ?? .null),
            ("known_hash", .optional(hash)),
        ])
    }

    /// Whether these can be a head, or are none at all.
    static func isHead(_ seq: Int64?, _ hash: String?) -> Bool {
        guard let seq, let hash else { return seq == nil && hash == nil }
        return AuditHead("\(seq):\(hash)") != nil
    }

    package func run(_ job: JobContext) throws -> String? {
        guard case .object(let arguments) = try JSONReader.read(Array(job.json.utf8)) else {
            throw JobError.failed("the arguments can't be read")
        }
        try JobRights.check(arguments["operator_id"], ["audit.verify"], identity(job.connection))
        var known: AuditHead?
        if case .integer(let seq) = arguments["known_seq"], case .text(let hash) = arguments["known_hash"] {
            known = AuditHead(seq: seq, hash: hash)
        }
        let report = try AuditChain.verify(job.connection, known: known)
        if let problem = report.problem {
            try job.row(
                report.auditID ?? report.seq ?? 0, name: report.auditID.map { "entry \($0)" }, isOK: false,
                message: problem)
        }
        job.progress(
            done: Int64(report.links), total: Int64(report.links), message: report.problem ?? "the audit log is whole")
        return JSON.object([
            ("is_whole", .bool(report.problem == nil)), ("problem", .optional(report.problem)),
            ("audit_id", report.auditID.map { .integer($0) } ?? .null), ("links", .count(report.links)),
            ("head_seq", .integer(report.head.seq)), ("head_hash", .text(report.head.hash)),
            ("unsealed", .count(report.unsealed)),
        ]).text
    }
}
