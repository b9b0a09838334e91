/// Why a plugin is refused: the end of a sentence that begins with the plugin or its file.
struct PluginRefusal: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
