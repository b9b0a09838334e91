package import PluginAPI

/// What the host lends plugins beside their files and settings.
package struct PluginEquipment: Sendable {
    /// Applies the SQL files of a folder as this plugin's; called before its `init`. What it throws refuses the plugin.
    package var migrate: @Sendable (_ plugin: String, _ folder: String) throws -> Void = { _, _ in }
    /// Fills in a plugin's context: database, clock.
    package var equip: @Sendable (_ plugin: String, _ context: inout Context) -> Void = { _, _ in }

    package init() {}
}
