/// What the host lends a plugin. A test builds one of its own.
public struct Context: Sendable {
    /// The settings given for this plugin, by name, not yet checked.
    public var settings: [String: String]
    private let list: @Sendable (String) throws -> [String]
    private let load: @Sendable (String) throws -> [UInt8]
    private let write: @Sendable (String) -> Void

    public init(
        settings: [String: String] = [:],
        files: @escaping @Sendable (_ folder: String) throws -> [String] = { _ in [] },
        read: @escaping @Sendable (_ file: String) throws -> [UInt8] = { _ in [] },
        log: @escaping @Sendable (_ message: String) -> Void = { _ in }
    ) {
        self.settings = settings
        list = files
        load = read
        write = log
    }

    /// Names of the files in a folder among the plugin's own (its packs, its pages), sorted.
    public func files(in folder: String) throws -> [String] { try list(folder) }

    /// The bytes of one of the plugin's own files.
    public func read(_ file: String) throws -> [UInt8] { try load(file) }

    /// Writes a line to the server's log under the plugin's id.
    public func log(_ message: String) { write(message) }
}
