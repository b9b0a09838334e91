package import PluginAPI

/// A plugin that runs, with what it declared, checked.
package struct LoadedPlugin: Sendable {
    package let id: String
    package let title: String
    package let plugin: any Plugin
    package let files: PluginFiles
    package let permissions: [PluginPermission]
    package let jobs: [PluginJob]
    /// Whom to tell of which events; nil for nobody.
    package let events: (any Events)?
    package let topics: [String]
    package let ui: PluginUI?
    /// The module's address for a browser, which changes when the file does: `/plugins/fup/plugin.js?v=1f2e3d4c`.
    package let module: String?
}

/// The settings of a plugin: what there are, and what it was started with.
package struct PluginSettings: Sendable {
    package let fields: [FieldDescription]
    /// By name, what stands where nothing is given.
    package let defaults: [String: FieldValue]
    /// As its start was given them.
    package let given: [String: String]
    /// Throws `FieldErrors`.
    package let check: @Sendable (_ settings: [String: String]) throws -> Void

    package init(
        fields: [FieldDescription], defaults: [String: FieldValue], given: [String: String],
        check: @escaping @Sendable (_ settings: [String: String]) throws -> Void
    ) {
        self.fields = fields
        self.defaults = defaults
        self.given = given
        self.check = check
    }
}
