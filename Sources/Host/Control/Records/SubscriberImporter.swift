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

    private struct Draft {
        var line: Int
        var values: [String: Parameter] = [:]
        var password: SubscriberPassword?
        var username = ""
    }

    /// Checks everything; writes when nothing is wrong and it is no dry run.
    package func run(_ bytes: [UInt8], dryRun: Bool) throws -> Outcome {
        var outcome = Outcome()
        let drafts = try read(bytes, &outcome)
        try checkTaken(drafts, &outcome)
        outcome.rows = drafts.count
        if outcome.faults.isEmpty, !dryRun { try write(drafts) }
        return outcome
    }

    private func read(_ bytes: [UInt8], _ outcome: inout Outcome) throws -> [Draft] {
        var reader = CSVReader(bytes)
        var drafts: [Draft] = []
        do {
            guard let header = try reader.next() else {
                throw CSVReader.Fault(line: 1, column: 1, message: "the file is empty")
            }
            let names = try Self.names(header)
            let services = try serviceIDs()
            var seen: [String: Int] = [:]
            while let row = try reader.next() {
                guard row.fields.count == names.count else {
                    note(
                        row.line, row.fields.count, "\(row.fields.count) fields where the header has \(names.count)",
                        &outcome)
                    continue
                }
                let draft = draft(row, names, services, &outcome)
                if let earlier = seen[draft.username] {
                    note(row.line, 1, "the user name `\(draft.username)` stands on line \(earlier) already", &outcome)
                }
                seen[draft.username] = row.line
                drafts.append(draft)
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

    private func draft(
        _ row: CSVReader.Row, _ names: [String], _ services: [String: Int64], _ outcome: inout Outcome
    ) -> Draft {
        var draft = Draft(line: row.line)
        let kind = names.firstIndex(of: "password_kind").map { row.fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
        for (index, name) in names.enumerated() {
            let text = row.fields[index]
            do {
                switch name {
                case "username": draft.username = try Self.username(text)
                case "password":
                    if !text.isEmpty { draft.password = try SubscriberPassword(text, kind: kind ?? "cleartext") }
                case "password_kind": break
                default: if !text.isEmpty { try put(name, text, services, &draft) }
                }
            } catch {
                note(row.line, index + 1, (error as? RecordRefusal)?.message ?? "\(error)", &outcome)
            }
        }
        return draft
    }

    private static func username(_ text: String) throws -> String {
        guard (1...253).contains(text.utf8.count) else {
            throw RecordRefusal("a user name has 1 to 253 bytes (RFC 2865 section 5.1)")
        }
        return text
    }

    private func put(_ name: String, _ text: String, _ services: [String: Int64], _ draft: inout Draft) throws {
        switch name {
        case "service":
            guard let id = services[text] else { throw RecordRefusal("there is no service `\(text)`") }
            draft.values["service_id"] = .int(id)
        case "static_ip":
            guard let address = IPAddress(text), address.isIPv4 else {
                throw RecordRefusal("`\(text)` is not an IPv4 address")
            }
            draft.values["static_ip"] = .inet(address.description)
        case "mac":
            guard let mac = MACAddress(text) else { throw RecordRefusal("`\(text)` is not a MAC") }
            draft.values["mac_address"] = .text(mac.description)
        case "expires":
            guard let time = parseTime(text) else { throw RecordRefusal("`\(text)` is not a time such as 2026-12-31") }
            draft.values["expiry_date"] = .timestamp(time * 1_000_000)
        case "active", "passwordless":
            guard
                let isOn = [
                    "on": true, "yes": true, "true": true, "1": true, "off": false, "no": false,
                    "false": false, "0": false,
                ][text.lowercased()]
            else { throw RecordRefusal("`\(text)` is neither on nor off") }
            draft.values[name == "active" ? "is_active" : name] = .bool(isOn)
        case "line": draft.values["line_id"] = .text(text)
        default: draft.values[name] = .text(text)
        }
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

    /// User names that are there already.
    private func checkTaken(_ drafts: [Draft], _ outcome: inout Outcome) throws {
        var lines: [String: Int] = [:]
        for draft in drafts { lines[draft.username] = draft.line }
        let taken = try records.connection.query(
            "select username from subscribers where deleted_at is null and username = any($1)",
            [.textArray(drafts.map(\.username))])
        for row in taken {
            let name = row.text(0)
            note(lines[name] ?? 0, 1, "there is a subscriber `\(name)` already", &outcome)
        }
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
    private func write(_ drafts: [Draft]) throws {
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
            throw RecordRefusal("nothing was imported: \(error.message)", code: "conflict")
        }
    }

    private func row(_ draft: Draft, _ id: Int64) throws -> [Parameter] {
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
