import PluginAPI
import Store

/// Adds many subscribers from CSV: all or none. What is wrong is told by line and column, all of it at once.
package struct SubscriberImporter {
    /// The columns a file may have, by its header.
    package static let columns = [
        "username", "password", "password_kind", "service", "static_ip", "mac", "line", "passwordless", "expires",
        "active", "full_name", "email", "phone", "notes",
    ]

    private let records: Records
    /// Whose the new ones are, and whose services they may have.
    private let scope: Scope
    private let parseTime: (String) -> Int64?
    /// More faults than this are counted, not told.
    private static let mostFaults = 50

    package init(_ records: Records, scope: Scope = .house, parseTime: @escaping (String) -> Int64?) {
        self.records = records
        self.scope = scope
        self.parseTime = parseTime
    }

    /// A day or a time in ISO 8601, in seconds since 1970.
    package static func time(_ text: String) -> Int64? {
        (ListTime.parse(text) ?? ListTime.parse(text + "T00:00:00Z")).map { $0 / 1_000_000 }
    }

    package struct Outcome: Sendable {
        package var rows = 0
        package var faults: [CSVReader.Fault] = []
        package var moreFaults = 0
    }

    /// Checks everything; writes when nothing is wrong and it is no dry run.
    package func run(_ bytes: [UInt8], dryRun: Bool) throws -> Outcome {
        var outcome = Outcome()
        var names: [String] = []
        let drafts = try read(bytes, &names, &outcome)
        checkTwice(drafts, names, &outcome)
        try checkTaken(drafts, names, &outcome)
        outcome.rows = drafts.count
        if outcome.faults.isEmpty, !dryRun { try write(drafts) }
        return outcome
    }

    private func read(_ bytes: [UInt8], _ names: inout [String], _ outcome: inout Outcome) throws -> [SubscriberDraft] {
        var reader = CSVReader(bytes)
        var drafts: [SubscriberDraft] = []
        do {
            guard let header = try reader.next() else {
                throw CSVReader.Fault(line: 1, column: 1, message: "the file is empty")
            }
            names = try Self.names(header)
            let services = try serviceIDs()
            while let row = try reader.next() {
                guard row.fields.count == names.count else {
                    note(
                        row.line, row.fields.count, "\(row.fields.count) fields where the header has \(names.count)",
                        &outcome)
                    continue
                }
                drafts.append(
                    SubscriberDraft(row, names, services, parseTime) { note(row.line, $0, $1, &outcome) })
            }
        } catch let fault as CSVReader.Fault {
            note(fault.line, fault.column, fault.message, &outcome)
        }
        return drafts
    }

    private static func names(_ header: CSVReader.Row) throws(CSVReader.Fault) -> [String] {
        let names = header.fields.map { $0.lowercased().filter { $0 != " " } }
        for (index, name) in names.enumerated() {
            guard columns.contains(name) else {
                throw CSVReader.Fault(
                    line: header.line, column: index + 1,
                    message: "there is no column `\(name)`; there are \(columns.joined(separator: ", "))")
            }
            if names[..<index].contains(name) {
                throw CSVReader.Fault(line: header.line, column: index + 1, message: "the column `\(name)` comes twice")
            }
        }
        guard names.contains("username") else {
            throw CSVReader.Fault(line: header.line, column: 1, message: "there is no column `username`")
        }
        return names
    }

    private func serviceIDs() throws -> [String: Int64] {
        var ids: [String: Int64] = [:]
        var sql = SQLText()
        let condition = try Scoped(records.connection, scope).condition(.service, &sql)
        let rows = try records.connection.query(
            "select r.id, r.name from services r where r.archived_at is null and \(condition)", sql.parameters)
        for row in rows {
            ids[row.text("name")] = Int64(row.int("id"))
        }
        return ids
    }

    /// What two rows of the file claim, by both their lines.
    private func checkTwice(_ drafts: [SubscriberDraft], _ names: [String], _ outcome: inout Outcome) {
        var seen: [SubscriberClaim: Int] = [:]
        for draft in drafts {
            for claim in draft.claims {
                if let earlier = seen[claim] {
                    let message = "\(claim.words) stands on line \(earlier) already"
                    note(draft.line, Self.place(claim, names), message, &outcome)
                } else {
                    seen[claim] = draft.line
                }
            }
        }
    }

    /// What others have already.
    private func checkTaken(_ drafts: [SubscriberDraft], _ names: [String], _ outcome: inout Outcome) throws {
        let taken = try SubscriberClaim.taken(
            drafts.flatMap(\.claims), records.connection, isHouse: scope.isHouse)
        if taken.isEmpty { return }
        for draft in drafts {
            for claim in draft.claims {
                if let message = taken[claim] { note(draft.line, Self.place(claim, names), message, &outcome) }
            }
        }
    }

    private static func place(_ claim: SubscriberClaim, _ names: [String]) -> Int {
        (names.firstIndex(of: claim.column) ?? 0) + 1
    }

    private func note(_ line: Int, _ column: Int, _ message: String, _ outcome: inout Outcome) {
        if outcome.faults.count < Self.mostFaults {
            outcome.faults.append(CSVReader.Fault(line: line, column: column, message: message))
        } else {
            outcome.moreFaults += 1
        }
    }

    private static let copied = [
        "service_id", "static_ip", "mac_address", "line_id", "passwordless", "expiry_date", "is_active", "full_name",
        "email", "phone", "notes", "reseller_id",
    ]

    /// One COPY in one transaction. Ids come first, since a sealed password is bound to its row.
    private func write(_ drafts: [SubscriberDraft]) throws {
        do {
            try records.connection.transaction { () throws in
                let ids = try records.connection.reserveIDs("subscribers", drafts.count)
                let names = (["id", "username", "password_sealed", "password_kind"] + Self.copied).joined(
                    separator: ", ")
                try records.connection.copyIn("copy subscribers (\(names)) from stdin") { writer in
                    for (draft, id) in zip(drafts, ids) { try writer.row(try row(draft, Int64(id))) }
                }
                try records.auditImport(drafts.count)
            }
        } catch let error as StoreError where error.kind == .conflict || error.kind == .refused {
            let words = scope.isHouse ? error.message : AddressWords.forOthers(error)
            throw RecordRefusal("nothing was imported: \(words)", code: "conflict")
        }
    }

    private func row(_ draft: SubscriberDraft, _ id: Int64) throws -> [Parameter] {
        let sealed = try draft.password.map {
            Parameter.bytes(try records.seal($0.bytes, "subscribers/\(id)/password"))
        }
        let defaults: [String: Parameter] = [
            "passwordless": .bool(false), "is_active": .bool(true), "reseller_id": Parameter(scope.resellerID),
        ]
        return [.int(id), .text(draft.username), sealed ?? .null, .text(draft.password?.kind ?? "cleartext")]
            + Self.copied.map { draft.values[$0] ?? defaults[$0] ?? .null }
    }
}

extension Records {
    fileprivate func auditImport(_ rows: Int) throws {
        try Audit.write(
            connection, actor, action: "import", kind: "subscriber", id: nil, name: "\(rows) subscribers",
            after: "{\"rows\": \(rows)}")
    }
}
