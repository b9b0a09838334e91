import HTTP
import PluginAPI
import Policy

/// What plugins add to the web pages, as far as the caller may see it.
enum ManifestEndpoints {
    static func all(_ plugins: PluginPlace) -> [Endpoint] {
        [
            Endpoint(.get, "/ui/manifest", .anyone, "What plugins add to the web pages, for the caller") { call in
                let entries = try plugins.desk().open.compactMap { plugin in
                    plugin.ui.map { entry(plugin, ManifestView(call.principal).seen($0)) }
                }
                return .json(.object([("plugins", .array(entries))]))
            }
            .output(
                .record([
                    FieldDescription(name: "plugins", kind: .list(.record(fields)), isRequired: true)
                ]))
        ]
    }

    private static let uiFields = PluginUI.fields.map(\.description).filter { $0.name != "module" }

    private static let fields =
        [
            FieldDescription(name: "id", kind: .text), FieldDescription(name: "title", kind: .text),
            FieldDescription(name: "uiApi", kind: .integer, text: "the version of this description"),
            FieldDescription(name: "module", kind: .optional(.text), text: "the address of its ES module"),
        ] + uiFields

    private static func entry(_ plugin: LoadedPlugin, _ ui: PluginUI) -> JSON {
        guard case .object(let described) = JSON(ui.fieldValue, uiFields) else { return .null }
        return .object(
            [
                ("id", .text(plugin.id)), ("title", .text(plugin.title)), ("uiApi", .integer(1)),
                ("module", ui.module == nil ? .null : .optional(plugin.module)),
            ] + described.filter { $0.0 != "module" })
    }
}

/// What of a plugin's pages somebody sees. What he may not is left out, not greyed: it would tell him that it is there.
struct ManifestView {
    private let viewer: Principal

    init(_ viewer: Principal) { self.viewer = viewer }

    func seen(_ ui: PluginUI) -> PluginUI {
        var seen = ui
        seen.nav = isOperator ? ui.nav.filter { may($0.permission) } : []
        seen.pages = isOperator ? ui.pages.filter { may($0.permission) }.map { self.page($0) } : []
        seen.panels = ui.panels.filter { $0.slot.isPortal != isOperator && may($0.permission) }
        // Customers load no module of the operators' side unless it stands in the portal.
        if !isOperator, !ui.panels.contains(where: { $0.slot.isPortal }) { seen.module = nil }
        return seen
    }

    private func page(_ page: PluginUI.Page) -> PluginUI.Page {
        var seen = page
        if !may(page.create?.permission) { seen.create = nil }
        if !may(page.edit?.permission) { seen.edit = nil }
        seen.actions = page.actions.filter { may($0.permission) }
        return seen
    }

    private var isOperator: Bool { viewer.kind == .operator }

    private func may(_ permission: String?) -> Bool { permission.map(viewer.may) ?? true }
}
