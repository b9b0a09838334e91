/// What became of one plugin, or of one file that wanted to be one: a line of `tollkeeper plugin list`.
package struct PluginReport: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case running, refused, disabled
    }

    /// The file's name without its folder.
    package var file: String
    /// nil when the file never came to say.
    package var id: String?
    package var title: String?
    package var version: String?
    /// Names of its capabilities: `NASDialect`, `Routes`.
    package var offers: [String] = []
    package var state: State = .refused
    /// A sentence for the operator when it does not run.
    package var reason: String?

    package init(file: String) { self.file = file }
}
