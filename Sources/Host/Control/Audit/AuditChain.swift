package import Store

/// The audit log's hash chain (0013_jobs.sql): sealed by `AuditSealer` a second after the rows are committed, so that no
/// writer waits for another (docs/decisions/0022-the-audit-log-is-sealed.md).
package enum AuditChain {
    private static let most = 1000

    /// What a check found.
    package struct Report: Sendable, Hashable {
        /// The first thing that is wrong; nil when the chain is whole.
        package var problem: String?
        /// The link and the row that it is about.
        package var seq: Int64?
        package var auditID: Int64?
        package var links = 0
        package var head = AuditHead(seq: 0, hash: "")
        /// Rows that were added and not sealed yet.
        package var unsealed = 0
        /// Rows whose images went with an erased subscriber.
        package var redacted = 0
        /// The last link that retention has dropped; 0 for none.
        package var cut: Int64 = 0
    }

    /// Seals what is committed; gives how many rows.
    @discardableResult
    package static func seal(_ connection: Connection) throws -> Int {
        var count = 0
        while true {
            let sealed = try connection.query("select audit_seal($1)", [.int(most)])[0].int(0)
            count += sealed
            if sealed < most { return count }
        }
    }

    package static func head(_ connection: Connection) throws -> AuditHead {
        let row = try connection.query("select seq, encode(hash, 'hex') from audit_head")[0]
        return AuditHead(seq: Int64(row.int(0)), hash: row.text(1))
    }

    /// Computes every hash again. With `known`, a head that was exported, it also finds a tail that was taken away
    /// together with the head.
    package static func verify(_ connection: Connection, known: AuditHead? = nil) throws -> Report {
        try connection.transaction { () throws -> Report in
            try connection.execute("set transaction isolation level repeatable read, read only")
            var report = try counts(connection)
            if let row = try connection.query("select seq, audit_id, problem from audit_verify()").first {
                report.seq = row.optionalInt(0).map(Int64.init)
                report.auditID = row.optionalInt(1).map(Int64.init)
                report.problem = row.text(2)
            } else if let known {
                report.problem = try compare(connection, known, report)
                report.seq = report.problem == nil ? nil : known.seq
            }
            return report
        }
    }

    private static func counts(_ connection: Connection) throws -> Report {
        let row = try connection.query(
            """
            select (select count(*) from audit_chain), seq, encode(hash, 'hex'), cut_seq,
                   (select count(*) from audit_unsealed),
                   (select count(*) from audit_log where redacted_at is not null)
              from audit_head
            """)[0]
        return Report(
            links: row.int(0), head: AuditHead(seq: Int64(row.int(1)), hash: row.text(2)), unsealed: row.int(4),
            redacted: row.int(5), cut: Int64(row.int(3)))
    }

    private static func compare(_ connection: Connection, _ known: AuditHead, _ report: Report) throws -> String? {
        if known.seq > report.head.seq {
            return
                "the chain ends at link \(report.head.seq), but link \(known.seq) was exported: its end was taken away"
        }
        let rows = try connection.query(
            """
            select encode(hash, 'hex') from audit_chain where seq = $1
            union all select encode(cut_hash, 'hex') from audit_head where cut_seq = $1
            """, [.int(known.seq)])
        guard let row = rows.first else {
            return known.seq < report.cut ? nil : "link \(known.seq), which was exported, is missing"
        }
        return row.text(0) == known.hash ? nil : "link \(known.seq) is another than was exported"
    }
}
