import HTTP
import PluginAPI
import Store

/// The server's preferences: all in one list with one version.
package enum PreferenceEndpoints {
    package static func all(_ house: House) -> [Endpoint] { [list, change] + PersonalPreferenceEndpoints.all }

    private static let list = Endpoint(
        .get, "/preferences", .may("preferences.view"), "The server's preferences; their ETag is for all of them"
    ) { call in try answer(call.connection) }
    .output(.items(fields))

    private static let change = Endpoint(
        .patch, "/preferences", .may("preferences.edit"), "Change preferences; in force within a second, on all nodes"
    ) { call in
        try call.connection.transaction { () throws in
            // One change at a time, or two would both find the version that they saw.
            try call.connection.execute("LOCK TABLE system_preferences IN SHARE ROW EXCLUSIVE MODE")
            guard try version(call.connection) == call.version else {
                throw RecordRefusal("somebody else has changed the preferences meanwhile", code: "version")
            }
            let before = try image(call.connection)
            for (name, value) in call.inputs.body.sorted(by: { $0.key < $1.key }) {
                guard let text = try Preference.named(name)?.text(of: value) else { continue }
                try call.connection.query(
                    """
                    insert into system_preferences (name, value) values ($1, $2)
                    on conflict (tenant_id, name) do update set value = excluded.value
                     where system_preferences.value <> excluded.value
                    """, [.text(name), .text(text)])
            }
            let after = try image(call.connection)
            if after == before { return }
            try Audit.write(
                call.connection, call.actor, action: "set", kind: "preferences", id: nil, name: nil, before: before,
                after: after)
        }
        return try answer(call.connection)
    }
    .changes(Preference.all.map(\.field)).output(.items(fields)).versioned()

    private static let fields: [FieldDescription] = [
        FieldDescription(name: "name", kind: .text),
        FieldDescription(name: "kind", kind: .choice(["integer", "bool"])),
        FieldDescription(name: "value", kind: .format("json")),
        FieldDescription(name: "default", kind: .format("json")),
        FieldDescription(name: "minimum", kind: .optional(.integer)),
        FieldDescription(name: "maximum", kind: .optional(.integer)),
        FieldDescription(name: "unit", kind: .optional(.text)), FieldDescription(name: "text", kind: .text),
        FieldDescription(name: "needs_restart", kind: .bool, text: "whether it is in force only after a restart"),
    ]

    private static func answer(_ connection: Connection) throws -> Answer {
        let rows = try connection.query("select name, value from system_preferences where tenant_id = 1")
        let stored = Dictionary(rows.map { ($0.text(0), $0.text(1)) }) { first, _ in first }
        let items = Preference.all.map { preference in
            let value = stored[preference.name].flatMap(preference.read) ?? preference.standard
            return item(preference, value)
        }
        return .json(.object([("items", .array(items))]), version: try version(connection))
    }

    private static func item(_ preference: Preference, _ value: FieldValue) -> JSON {
        var range: ClosedRange<Int64>?
        if case .number(_, let bounds) = preference.value { range = bounds }
        return .object([
            ("name", .text(preference.name)), ("kind", .text(range == nil ? "bool" : "integer")),
            ("value", JSON(value)), ("default", JSON(preference.standard)),
            ("minimum", range.map { .integer($0.lowerBound) } ?? .null),
            ("maximum", range.map { .integer($0.upperBound) } ?? .null), ("unit", .optional(preference.unit)),
            ("text", .text(preference.text)), ("needs_restart", .bool(false)),
        ])
    }

    /// Of all rows together, whoever wrote them: a digest of them.
    private static func version(_ connection: Connection) throws -> Int64 {
        let rows = try connection.query(
            """
            select ('x' || substr(md5(coalesce(string_agg(name || '=' || value, E'\\n' order by name collate "C"), '')),
                                  1, 12))::bit(48)::bigint + 1
              from system_preferences where tenant_id = 1
            """)
        return Int64(rows[0].int(0))
    }

    private static func image(_ connection: Connection) throws -> String? {
        try connection.query("select jsonb_object_agg(name, value)::text from system_preferences where tenant_id = 1")
            .first?.optionalText(0)
    }
}
