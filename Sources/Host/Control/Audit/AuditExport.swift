import HTTP
import Log

/// Somewhere that the audit chain's head is told, so that what is taken away here is known there.
package protocol AuditWitness: Sendable {
    var name: String { get }

    /// Throws when it was not taken.
    func tell(_ head: AuditHead) throws
}

extension SyslogChannel: AuditWitness {
    package func tell(_ head: AuditHead) throws {
        try target.send(.notice, id: "audit-head", "the audit log's head is \(head)")
    }
}

extension WebhookChannel: AuditWitness {
    package func tell(_ head: AuditHead) throws {
        let body = JSON.object([
            ("event", .text("audit.head")), ("server", .text(server)), ("head", .text(head.description)),
            ("seq", .integer(head.seq)), ("hash", .text(head.hash)),
        ])
        try send(body: body.text, delivery: "audit-\(head.seq)")
    }
}

/// Tells the chain's head to every witness; again later where one does not take it.
package struct AuditExport: JobKind {
    package static let kind = "audit.export"
    package let name = AuditExport.kind
    package let limit: Int? = 1
    private let witnesses: [any AuditWitness]

    package init(_ witnesses: [any AuditWitness]) { self.witnesses = witnesses }

    package func run(_ job: JobContext) throws -> String? {
        try AuditChain.seal(job.connection)
        let head = try AuditChain.head(job.connection)
        var told: [String] = []
        var problems: [String] = []
        for witness in witnesses {
            do {
                try witness.tell(head)
                told.append(witness.name)
            } catch {
                problems.append("\(witness.name): \(error)")
            }
        }
        if !problems.isEmpty { throw JobError.again(problems.joined(separator: "; ")) }
        return JSON.object([("head", .text(head.description)), ("told", .array(told.map(JSON.text)))]).text
    }
}
