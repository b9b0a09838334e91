import Control
import HTTP
import Store

/// `tollkeeper audit`: who changed what, and whether the log of it is whole.
enum AuditCommand {
    static let group = CommandGroup(
        "audit", "who changed what; `audit verify` tells whether the log is whole",
        verbs: [
            Verb("list", options: listOptions, list), Verb("verify", options: verifyOptions, verify),
            Verb("head", options: Options("the last link of the log's chain, to be kept elsewhere"), head),
            Verb(
                "export", options: Options("tell the last link to the alarm channels now, not only once a day"), export),
        ])

    private static let listOptions = Options(
        "the last changes, newest first",
        flags: [
            .value("actor", "NAME", "made by: operator:ann, os:root, system"),
            .value("object", "KIND", "of this kind: subscriber, nas, service, job …"),
            .value("id", "ID", "of the object with this id"), .value("request", "ID", "caused by this request"),
            .value("limit", "N", "at most so many (50)"),
        ])

    private static let verifyOptions = Options(
        "compute the log's chain of hashes again; the first row that is wrong is named",
        flags: [.value("head", "SEQ:HASH", "a head that was kept elsewhere: finds an end that was taken away, too")],
        notes: "Heads are told to the alarm channels once a day. Exit code 1 when the log is not whole.")

    private static func list(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select id, date_trunc('second', at) as at, actor, on_behalf_of, source, action, object_kind as kind,
                       object_id, object_name as name, request_id, audit_diff(before, after) as changed
                  from audit_log
                 where ($1::text is null or actor = $1) and ($2::text is null or object_kind = $2)
                   and ($3::bigint is null or object_id = $3) and ($4::text is null or request_id = $4)
                 order by id desc limit $5
                """,
                [
                    Parameter(parsed.value("actor")), Parameter(parsed.value("object")),
                    Parameter(try parsed.integer("id")), Parameter(parsed.value("request")),
                    .int(try parsed.integer("limit", 1...1_000_000) ?? 50),
                ], environment)
        }
    }

    private static func verify(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let text = parsed.value("head")
        let known = text.flatMap { AuditHead($0) }
        if let text, known == nil {
            throw CommandError.misused(
                "--head `\(text)` is no head",
                hint: "a head is a number, a colon and 64 digits, as `audit head` prints it")
        }
        var found: AuditChain.Report?
        _ = try CommandDatabase.with(parsed, environment) {
            try AuditChain.seal($0.connection)
            found = try AuditChain.verify($0.connection, known: known)
        }
        guard let report = found else { return ExitCode.refused }
        if environment.isJSON {
            environment.print(json(report))
        } else {
            environment.print(
                report.problem.map { "the audit log is NOT whole: \($0)" }
                    ?? "the audit log is whole: \(report.links) rows, head \(report.head)"
                    + (report.cut > 0 ? ", kept from link \(report.cut + 1) on" : "")
                    + (report.redacted > 0 ? ", \(report.redacted) images went with erased subscribers" : ""))
        }
        return report.problem == nil ? ExitCode.done : ExitCode.refused
    }

    private static func json(_ report: AuditChain.Report) -> String {
        JSON.object([
            ("whole", .bool(report.problem == nil)), ("problem", .optional(report.problem)),
            ("seq", report.seq.map(JSON.integer) ?? .null), ("audit_id", report.auditID.map(JSON.integer) ?? .null),
            ("rows", .count(report.links)), ("head", .text(report.head.description)),
            ("unsealed", .count(report.unsealed)), ("redacted", .count(report.redacted)), ("cut", .integer(report.cut)),
        ]).text
    }

    private static func head(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        try CommandDatabase.with(parsed, environment) { database in
            try AuditChain.seal(database.connection)
            let head = try AuditChain.head(database.connection)
            environment.print(
                environment.isJSON ? JSON.object([("head", .text(head.description))]).text : head.description)
        }
    }

    private static func export(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        try CommandDatabase.with(parsed, environment) { database in
            let actor = Actor(CommandDatabase.actor(), source: "command line")
            let id = try Jobs.enqueue(
                database.connection, AuditExport.kind, title: "audit head", actor: actor, uniqueKey: "asked")
            environment.done("job \(id) tells it; `tollkeeper jobs show \(id)` says to whom", id: id)
        }
    }
}
