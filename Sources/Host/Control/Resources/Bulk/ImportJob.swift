import HTTP
import PluginAPI
import Store

/// Imports an uploaded CSV. The rows come and the upload goes in one transaction, so that a second run finds it done.
struct ImportJob: JobKind {
    static let kind = "subscribers.import"

    let seal: House.Cipher
    let open: House.Cipher

    var name: String { ImportJob.kind }
    var limit: Int? { 1 }

    func run(_ job: JobContext) throws -> String? {
        guard case .object(let arguments) = try JSONReader.read(Array(job.json.utf8)),
            case .integer(let upload) = arguments["upload"]
        else { throw JobError.failed("the arguments can't be read") }
        let scope = try JobScope.read(arguments["reseller_id"], job.connection)
        let records = Records(job.connection, actor: job.actor) { try seal($0, $1) }
        var faults: [CSVReader.Fault] = []
        var imported: Int?
        try job.connection.transaction { () throws in
            guard let bytes = try Uploads.read(upload, job.connection, open) else { return }
            let importer = SubscriberImporter(records, scope: scope, parseTime: SubscriberImporter.time)
            let outcome = try importer.run(bytes, dryRun: false)
            faults = outcome.faults
            if faults.isEmpty { imported = outcome.rows }
            try Uploads.forget(upload, job.connection)
        }
        for fault in faults {
            try job.row(Int64(fault.line), name: "line \(fault.line)", isOK: false, message: fault.description)
        }
        guard faults.isEmpty else { throw JobError.failed("nothing was imported: \(faults[0].description)") }
        job.progress(done: Int64(imported ?? 0), total: imported.map { Int64($0) })
        return imported.map { "{\"rows\": \($0)}" }
    }
}
