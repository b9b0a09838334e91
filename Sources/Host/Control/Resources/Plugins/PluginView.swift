import HTTP
import PluginAPI
import Policy

/// A plugin as the API shows it.
struct PluginView {
    private let desk: PluginDesk
    private let report: PluginReport
    private let stored: PluginStore.Stored

    init(_ desk: PluginDesk, _ report: PluginReport, _ stored: [String: PluginStore.Stored]) {
        self.desk = desk
        self.report = report
        self.stored = report.id.flatMap { stored[$0] } ?? PluginStore.Stored()
    }

    var version: Int64 { stored.version }

    static let fields: [FieldDescription] = [
        FieldDescription(name: "id", kind: .optional(.text), text: "null for a file that never said who it is"),
        FieldDescription(name: "file", kind: .text), FieldDescription(name: "title", kind: .optional(.text)),
        FieldDescription(name: "version", kind: .optional(.text)),
        FieldDescription(name: "state", kind: .choice(PluginReport.State.allCases.map(\.rawValue))),
        FieldDescription(name: "reason", kind: .optional(.text), text: "why it does not run"),
        FieldDescription(name: "offers", kind: .list(.text)),
        FieldDescription(name: "enabled", kind: .bool, text: "whether it is meant to run"),
        FieldDescription(name: "required", kind: .bool, text: "whether the server refuses to start without it"),
        FieldDescription(name: "restart_needed", kind: .bool, text: "what was set is in force after a reload"),
        FieldDescription(
            name: "permissions",
            kind: .list(
                .record([
                    FieldDescription(name: "name", kind: .text), FieldDescription(name: "title", kind: .text),
                    FieldDescription(name: "house_only", kind: .bool),
                ]))),
        FieldDescription(name: "settings", kind: .list(.record(settingFields))),
    ]

    private static let formFields = PluginUI.FormField.fields.map(\.description)

    private static let settingFields =
        formFields + [
            FieldDescription(name: "value", kind: .format("json"), text: "null for a secret"),
            FieldDescription(name: "is_set", kind: .bool, text: "not the plugin's own default"),
            FieldDescription(name: "source", kind: .choice(["panel", "file", "default"])),
        ]

    var json: JSON {
        let id = report.id ?? report.file
        let isClosed = report.state == .running && !desk.doors.isOpen(id)
        return .object([
            ("id", .optional(report.id)), ("file", .text(report.file)), ("title", .optional(report.title)),
            ("version", .optional(report.version)),
            ("state", .text(isClosed ? "disabled" : report.state.rawValue)),
            ("reason", isClosed ? .text("is disabled") : .optional(report.reason)),
            ("offers", .array(report.offers.map(JSON.text))),
            ("enabled", .bool(stored.isEnabled && !desk.plan.disabled.contains(id))),
            ("required", .bool(desk.plan.required.contains(id))), ("restart_needed", .bool(needsRestart(id))),
            ("permissions", .array(permissions(id))), ("settings", .array(settings(id))),
        ])
    }

    private func permissions(_ id: String) -> [JSON] {
        (desk.host.plugin(id)?.permissions ?? []).map {
            .object([("name", .text($0.name)), ("title", .text($0.title)), ("house_only", .bool($0.houseOnly))])
        }
    }

    /// Wanted but not loaded, or set otherwise than it was started with.
    private func needsRestart(_ id: String) -> Bool {
        guard let settings = desk.host.settings[id] else {
            return report.id != nil && report.state == .disabled && stored.isEnabled && !desk.plan.disabled.contains(id)
        }
        return settings.given != wanted(id) || report.state == .disabled && stored.isEnabled
    }

    private func wanted(_ id: String) -> [String: String] {
        (desk.plan.settings[id] ?? [:]).merging(stored.settings) { $1 }
    }

    private func settings(_ id: String) -> [JSON] {
        guard let settings = desk.host.settings[id] else { return [] }
        let wanted = wanted(id)
        return settings.fields.map { field in
            var value = wanted[field.name].map { SettingText.value($0, field.kind) } ?? settings.defaults[field.name]
            if field.isSecret { value = .null }
            let source =
                stored.settings[field.name] != nil ? "panel" : wanted[field.name] != nil ? "file" : "default"
            guard
                case .object(let members) = JSON(PluginUI.FormField(field).fieldValue, PluginView.formFields)
            else { return .null }
            return .object(
                members + [
                    ("value", JSON(value ?? .null)), ("is_set", .bool(source != "default")), ("source", .text(source)),
                ])
        }
    }
}

/// Settings between JSON and the text of a settings file.
enum SettingText {
    /// nil for null. Throws `FieldErrors` for what a line can't hold.
    static func text(_ value: FieldValue, _ name: String) throws -> String? {
        switch value {
        case .null: return nil
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .number(let value): return String(value)
        case .text(let value): return value
        case .list(let items):
            let texts = try items.compactMap { try text($0, name) }
            guard texts.count == items.count, !texts.contains(where: { $0.contains(",") }) else {
                throw FieldErrors([
                    FieldError(field: name, code: "constraint", message: "must have no comma in an item")
                ])
            }
            return texts.joined(separator: ", ")
        case .object: fallthrough
        @unknown default:
            throw FieldErrors([FieldError(field: name, code: "type", message: "must be no object")])
        }
    }

    /// As JSON shows it; a text that does not fit stays one.
    static func value(_ text: String, _ kind: FieldKind) -> FieldValue {
        switch kind {
        case .bool: Bool.fieldValue(text: text)
        case .integer: Int64.fieldValue(text: text)
        case .number: Double.fieldValue(text: text)
        case .optional(let kind): text.isEmpty ? .null : value(text, kind)
        case .list(let kind):
            .list(text.split(separator: ",").map { value(String($0.drop { $0 == " " }), kind) })
        default: .text(text)
        }
    }
}
