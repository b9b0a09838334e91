import HTTP
import PluginAPI
import Store

/// Subscribers from CSV: checked at once, imported as a job, all or none.
enum ImportEndpoints {
    static let limit = 64 << 20

    static func all(_ house: House) -> [Endpoint] { [check(house), start(house)] }

    private static let fault: [FieldDescription] = [
        FieldDescription(name: "line", kind: .integer), FieldDescription(name: "column", kind: .integer),
        FieldDescription(name: "message", kind: .text),
    ]

    private static func check(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/subscribers/import/check", .may("subscribers.import"),
            "Check a CSV of subscribers, without importing; every fault by line and column"
        ) { call in
            let importer = SubscriberImporter(
                call.records(house), scope: call.scope, parseTime: SubscriberImporter.time)
            let outcome = try importer.run(call.request.body, dryRun: true)
            let faults: [JSON] = outcome.faults.map {
                .object([
                    ("line", .count($0.line)), ("column", .count($0.column)), ("message", .text($0.message)),
                ])
            }
            return .json(
                .object([
                    ("rows", .count(outcome.rows)), ("faults", .array(faults)),
                    ("more_faults", .count(outcome.moreFaults)),
                ]))
        }
        .text("text/csv", limit: limit).long()
        .output(
            .record([
                FieldDescription(name: "rows", kind: .integer),
                FieldDescription(name: "faults", kind: .list(.record(fault))),
                FieldDescription(name: "more_faults", kind: .integer, text: "beside those listed"),
            ]))
    }

    private static func start(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/subscribers/import", .may("subscribers.import"),
            "Import subscribers from CSV (columns: \(SubscriberImporter.columns.joined(separator: ", "))), as a job"
        ) { call in
            let job = try call.connection.transaction { () throws -> Int64 in
                let upload = try Uploads.keep(call.request.body, call.connection, house.seal)
                let arguments: JSON = .object([
                    ("upload", .integer(upload)), ("operator_id", .integer(call.principal.id)),
                    ("reseller_id", call.scope.resellerID.map { .integer($0) } ?? .null),
                ])
                return try Jobs.enqueue(
                    call.connection, ImportJob.kind, title: "Import subscribers", arguments: arguments,
                    actor: call.actor, owner: call.principal)
            }
            return .started(job)
        }
        .text("text/csv", limit: limit).long()
        .output(.record([FieldDescription(name: "job_id", kind: .integer)]), status: 202)
    }
}

/// Files that jobs read later, sealed: they carry passwords.
enum Uploads {
    static func keep(_ bytes: [UInt8], _ connection: Connection, _ seal: House.Cipher) throws -> Int64 {
        let id = Int64(try connection.query("select nextval(pg_get_serial_sequence('uploads', 'id'))")[0].int(0))
        try connection.query(
            "insert into uploads (id, content_sealed) overriding system value values ($1, $2)",
            [.int(id), .bytes(try seal(bytes, "uploads/\(id)/content"))])
        return id
    }

    /// nil when it is gone: its job was done.
    static func read(_ id: Int64, _ connection: Connection, _ open: House.Cipher) throws -> [UInt8]? {
        let rows = try connection.query(
            "select content_sealed from uploads where id = $1 for update", [.int(id)], binary: true)
        return try rows.first.map { try open($0.bytes(0), "uploads/\(id)/content") }
    }

    static func forget(_ id: Int64, _ connection: Connection) throws {
        try connection.query("delete from uploads where id = $1", [.int(id)])
    }
}
