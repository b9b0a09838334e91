import Control
import HTTP

/// `tollkeeper subscriber import`: many at once, all or none.
enum SubscriberImport {
    static let verb = Verb(
        "import",
        options: Options(
            "add the subscribers of a CSV file: all of them, or none and every fault by line and column",
            positionals: ["FILE"], flags: [.bool("dry-run", "check only")],
            notes: "The first line names the columns: " + SubscriberImporter.columns.joined(separator: ", ") + ".")
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let file = parsed.positionals[0]
            guard let text = try FileText.read(file == "-" ? "/dev/stdin" : file) else {
                throw CommandError.refused("there is no file \(file)")
            }
            let importer = SubscriberImporter(database.records) { TimeText.seconds($0) }
            let outcome = try importer.run(Array(text.utf8), dryRun: parsed.has("dry-run"))
            guard outcome.faults.isEmpty else {
                for fault in outcome.faults { environment.remark("\(file): \(fault)") }
                let more = outcome.moreFaults > 0 ? " and \(outcome.moreFaults) more" : ""
                throw CommandError.refused(
                    "\(outcome.faults.count)\(more) faults in \(file); nothing was imported", code: "faults")
            }
            let word = parsed.has("dry-run") ? "can be imported" : "imported"
            if environment.isJSON {
                environment.print(
                    JSON.object([("rows", .count(outcome.rows)), ("dry_run", .bool(parsed.has("dry-run")))]).text)
            } else {
                environment.print("\(outcome.rows) subscribers \(word)")
            }
        }
    }
}
