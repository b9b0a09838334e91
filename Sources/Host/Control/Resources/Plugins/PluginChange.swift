import HTTP
import PluginAPI
import Policy
import Store

/// A change of a plugin by an operator: its doors at once, its settings from the next start on.
struct PluginChange {
    private let house: House
    private let desk: PluginDesk
    private let call: Call
    private let id: String

    /// Throws when nobody knows such a plugin.
    init(_ house: House, _ desk: PluginDesk, _ call: Call) throws {
        let report = try PluginEndpoints.report(desk, call)
        guard let id = report.id else {
            throw RecordRefusal(
                "nobody knows the settings of \(report.file), which is no plugin", code: "plugin_unread")
        }
        (self.house, self.desk, self.call, self.id) = (house, desk, call, id)
    }

    func apply() throws {
        let isEnabled = call.inputs.bool("enabled")
        if isEnabled == true, desk.plan.disabled.contains(id) {
            throw RecordRefusal(
                "the configuration file has \(id) disabled", hint: "take plugin.\(id).enabled out of it",
                code: "plugin_configured")
        }
        let given = try given()
        try call.connection.transaction { () throws in
            let version = try PluginStore.lock(call.connection, id)
            guard version == call.version else {
                throw RecordRefusal("somebody else has changed \(id) meanwhile", code: "version")
            }
            let before = try image()
            let changes = try texts(given)
            try check(changes)
            try PluginStore.write(
                call.connection, id, isEnabled: isEnabled, changes: changes, secrets: secrets, seal: house.seal)
            if let isEnabled { try schedules(isEnabled) }
            try Audit.write(
                call.connection, call.actor, action: "set", kind: "plugin", id: nil, name: id, before: before,
                after: try image())
        }
        // Other processes hear of it by the change feed.
        try desk.refresh(call.connection)
    }

    private var fields: [FieldDescription] { desk.host.settings[id]?.fields ?? [] }
    private var secrets: Set<String> { Set(fields.filter(\.isSecret).map(\.name)) }

    private func given() throws -> [String: FieldValue] {
        guard case .object(let values) = call.inputs.body["settings"] else { return [:] }
        if !values.isEmpty, desk.host.settings[id] == nil {
            throw RecordRefusal(
                "nobody knows the settings of \(id) before it was loaded", hint: "enable it, and reload",
                code: "plugin_unread")
        }
        return values
    }

    /// As a settings file would have them; nil takes one back.
    private func texts(_ values: [String: FieldValue]) throws -> [String: String?] {
        let faults =
            fields.faults(in: values.filter { $0.value != .null }, partly: true)
            + values.filter { name, value in value == .null && !fields.contains { $0.name == name } }.keys.sorted()
            .map { FieldError(field: $0, code: "unknown", message: "is unknown") }
        guard faults.isEmpty else { throw PluginChange.below(FieldErrors(faults)) }
        var texts: [String: String?] = [:]
        do {
            for (name, value) in values { texts.updateValue(try SettingText.text(value, name), forKey: name) }
        } catch let faults as FieldErrors {
            throw PluginChange.below(faults)
        }
        return texts
    }

    /// By the plugin's own rules, together with all that is set already.
    private func check(_ changes: [String: String?]) throws {
        guard !changes.isEmpty, let settings = desk.host.settings[id] else { return }
        let stored = try PluginStore.all(call.connection, open: house.open)[id]?.settings ?? [:]
        var wanted = stored
        for (name, text) in changes { wanted[name] = text }
        do {
            try settings.check((desk.plan.settings[id] ?? [:]).merging(wanted) { $1 })
        } catch let faults as FieldErrors {
            throw PluginChange.below(faults)
        }
    }

    /// A disabled plugin's jobs are not made by the clock.
    private func schedules(_ isEnabled: Bool) throws {
        let names = desk.host.plugin(id)?.jobs.map(\.name) ?? []
        if names.isEmpty { return }
        try call.connection.query(
            """
            update job_schedules set is_active = $2, next_at = null, updated_at = now(), version = version + 1
             where name = any($1) and kind = any($1) and is_active <> $2
            """, [.textArray(names), .bool(isEnabled)])
    }

    /// Without secrets; of those, that they are there.
    private func image() throws -> String? {
        try call.connection.query(
            """
            select jsonb_build_object('enabled', is_enabled, 'settings', settings, 'secrets',
                     (select coalesce(jsonb_agg(name order by name), '[]') from plugin_secrets s where s.plugin = p.plugin))
                   ::text
              from plugin_settings p where plugin = $1
            """, [.text(id)]
        ).first?.optionalText(0)
    }

    private static func below(_ faults: FieldErrors) -> FieldErrors {
        FieldErrors(
            faults.errors.map { FieldError(field: "settings.\($0.field)", code: $0.code, message: $0.message) })
    }
}
