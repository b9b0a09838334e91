import HTTP
import PluginAPI
import Store

/// How an operator likes the pages. What the fields of `tables` and `filters` hold is the pages' own business.
enum PersonalPreferenceEndpoints {
    static let all = [get, put]

    /// Bytes of JSON text.
    private static let limit = 64 << 10

    private static let get = Endpoint(.get, "/me/preferences", .operator, "How the caller likes the pages") { call in
        let rows = try call.connection.query(
            "select preferences::text from operator_preferences where operator_id = $1", [.int(call.principal.id)])
        guard let text = rows.first?.text(0), case .object(let values)? = try? JSONReader.read(Array(text.utf8)) else {
            return .json(json([:]))
        }
        return .json(json(values))
    }
    .output(.record(fields))

    private static let put = Endpoint(
        .put, "/me/preferences", .operator, "Set how the caller likes the pages; what is left out is forgotten"
    ) { call in
        let json = json(call.inputs.body)
        guard json.text.utf8.count <= limit else {
            throw Problem(413, "too_large", "The preferences may have 64 KiB.")
        }
        try call.connection.transaction { () throws in try keep(json.text, call) }
        return .json(json)
    }
    .body(fields).output(.record(fields))

    /// In the audit log stands what changed of them: the rest is long and the same.
    private static func keep(_ text: String, _ call: Call) throws {
        let connection = call.connection
        // Made first where there is none, so that there is one to lock: two changes at a time follow each other.
        try connection.query(
            "insert into operator_preferences (operator_id, preferences) values ($1, '{}') on conflict do nothing",
            [.int(call.principal.id)])
        let rows = try connection.query(
            "select preferences::text from operator_preferences where operator_id = $1 for update",
            [.int(call.principal.id)])
        var before: [String: FieldValue] = [:]
        if let row = rows.first, case .object(let values)? = try? JSONReader.read(Array(row.text(0).utf8)) {
            before = values
        }
        let changed = fields.map(\.name).filter { value(before, $0) != value(call.inputs.body, $0) }
        guard !changed.isEmpty else { return }
        try connection.query(
            "update operator_preferences set preferences = $2::json, updated_at = now() where operator_id = $1",
            [.int(call.principal.id), .text(text)])
        try Audit.write(
            connection, call.actor, action: "set-preferences", kind: "operator", id: call.principal.id,
            name: call.principal.name, before: image(before, changed), after: image(call.inputs.body, changed))
    }

    /// The audit log's images hold everything but a NUL.
    private static func image(_ values: [String: FieldValue], _ names: [String]) -> String {
        let text = JSON.object(names.map { ($0, JSON(value(values, $0))) }).text
        return text.replacing("\\u0000", with: "\\ufffd")
    }

    private static func value(_ values: [String: FieldValue], _ name: String) -> FieldValue {
        values[name] ?? standard[name] ?? .null
    }

    private static let fields: [FieldDescription] = [
        FieldDescription(name: "theme", kind: .choice(["system", "light", "dark"])),
        FieldDescription(name: "density", kind: .choice(["comfortable", "compact"])),
        FieldDescription(
            name: "language", kind: .text, text: "a language tag (BCP 47): en, fa-IR; empty: the browser's",
            constraints: [.length(0...35)]),
        FieldDescription(
            name: "timezone", kind: .text, text: "Europe/Vienna; empty: the browser's", constraints: [.length(0...64)]),
        FieldDescription(name: "tables", kind: .format("object"), text: "columns and order, by table"),
        FieldDescription(name: "filters", kind: .format("object"), text: "saved filters, by table"),
    ]

    private static let standard: [String: FieldValue] = [
        "theme": .text("system"), "density": .text("comfortable"), "language": .text(""), "timezone": .text(""),
        "tables": .object([:]), "filters": .object([:]),
    ]

    private static func json(_ values: [String: FieldValue]) -> JSON {
        .object(fields.map { ($0.name, JSON(value(values, $0.name))) })
    }
}
