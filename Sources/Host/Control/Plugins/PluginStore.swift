package import Store

/// What operators have set for plugins, in `plugin_settings` and `plugin_secrets`.
package enum PluginStore {
    package struct Stored: Sendable, Equatable {
        package var isEnabled = true
        /// By name, as text; secrets opened.
        package var settings: [String: String] = [:]
        /// 1 where there is no row.
        package var version: Int64 = 1
    }

    package typealias Cipher = @Sendable (_ bytes: [UInt8], _ place: String) throws -> [UInt8]

    package static func all(_ connection: Connection, open: Cipher) throws -> [String: Stored] {
        var all: [String: Stored] = [:]
        for row in try connection.query("select plugin, is_enabled, version from plugin_settings") {
            all[row.text(0)] = Stored(isEnabled: row.bool(1), version: Int64(row.int(2)))
        }
        let plain = try connection.query(
            "select plugin, key, value from plugin_settings cross join jsonb_each_text(settings)")
        for row in plain { all[row.text(0)]?.settings[row.text(1)] = row.optionalText(2) }
        for row in try connection.query("select plugin, name, value_sealed from plugin_secrets") {
            let bytes = try open(row.bytes(2), place(row.text(0), row.text(1)))
            all[row.text(0)]?.settings[row.text(1)] = String(decoding: bytes, as: UTF8.self)
        }
        return all
    }

    package static func disabled(_ connection: Connection) throws -> Set<String> {
        Set(try connection.query("select plugin from plugin_settings where not is_enabled").map { $0.text(0) })
    }

    /// Locks the plugin's row and gives its version; makes the row when there is none.
    static func lock(_ connection: Connection, _ plugin: String) throws -> Int64 {
        let made = try connection.query(
            "insert into plugin_settings (plugin) values ($1) on conflict do nothing returning 1", [.text(plugin)])
        let row = try connection.query(
            "select version from plugin_settings where plugin = $1 for update", [.text(plugin)])
        return made.isEmpty ? Int64(row[0].int(0)) : 1
    }

    /// Writes what was changed: nil takes a setting back.
    ///
    /// - secrets: names of those that are sealed.
    static func write(
        _ connection: Connection, _ plugin: String, isEnabled: Bool?, changes: [String: String?], secrets: Set<String>,
        seal: Cipher
    ) throws {
        let plain = changes.filter { !secrets.contains($0.key) }
        let names = plain.keys.sorted()
        try connection.query(
            """
            update plugin_settings
               set updated_at = clock_timestamp(), is_enabled = coalesce($2, is_enabled),
                   settings = (settings - $3::text[])
                       || (select coalesce(jsonb_object_agg(n, v), '{}') from unnest($3::text[], $4::text[]) as u(n, v)
                            where v is not null)
             where plugin = $1
            """,
            [
                .text(plugin), Parameter(isEnabled), .textArray(names), .textArray(names.map { plain[$0] ?? nil }),
            ])
        for (name, value) in changes where secrets.contains(name) {
            try connection.query(
                "delete from plugin_secrets where plugin = $1 and name = $2", [.text(plugin), .text(name)])
            guard let value else { continue }
            let sealed = try seal(Array(value.utf8), place(plugin, name))
            try connection.query(
                "insert into plugin_secrets (plugin, name, value_sealed) values ($1, $2, $3)",
                [.text(plugin), .text(name), .bytes(sealed)])
        }
    }

    private static func place(_ plugin: String, _ name: String) -> String { "plugin_secrets/\(plugin)/\(name)" }
}
