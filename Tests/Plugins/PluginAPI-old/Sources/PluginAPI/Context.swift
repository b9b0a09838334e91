/// What the host lends a plugin. A test builds one of its own: whatever is not given is empty, or throws.
public struct Context: Sendable {
    /// The settings given for this plugin, by name, as text. The host has checked them against `Settings` when the
    /// plugin declares them; `settings(as:)` reads them typed.
    public var settings: [String: String]
    private let list: @Sendable (String) throws -> [String]
    private let load: @Sendable (String) throws -> [UInt8]
    private let parse: @Sendable (String, String?) throws -> XMLElement
    private let find: @Sendable (String) -> (any Sendable)?
    private let write: @Sendable (String) -> Void

    public init(
        settings: [String: String] = [:],
        files: @escaping @Sendable (_ folder: String) throws -> [String] = { _ in [] },
        read: @escaping @Sendable (_ file: String) throws -> [UInt8] = { _ in [] },
        xml: @escaping @Sendable (_ file: String, _ schema: String?) throws -> XMLElement = { file, _ in
            throw PluginError("\(file): this host reads no XML")
        },
        service: @escaping @Sendable (_ name: String) -> (any Sendable)? = { _ in nil },
        log: @escaping @Sendable (_ message: String) -> Void = { _ in }
    ) {
        self.settings = settings
        list = files
        load = read
        parse = xml
        find = service
        write = log
    }

    /// Names of the files in a folder among the plugin's own (its packs, its pages), sorted; none if there is no such
    /// folder.
    public func files(in folder: String) throws -> [String] { try list(folder) }

    /// The bytes of one of the plugin's own files.
    public func read(_ file: String) throws -> [UInt8] { try load(file) }

    /// The root element of one of the plugin's own XML files, checked against a schema of the server's by its name
    /// (`tollkeeper-pack.xsd`) first. Throws, naming file and line, what is malformed or does not fit.
    public func xml(_ file: String, schema: String? = nil) throws -> XMLElement { try parse(file, schema) }

    /// The settings as the struct that declares them, defaults filled in. Throws the first that does not fit.
    public func settings<Configuration: Record>(as type: Configuration.Type) throws -> Configuration {
        try Configuration(text: settings)
    }

    /// A service that another plugin offers: `try host.service((any Wallet).self)`. Throws when nobody does.
    public func service<Offered>(_ type: Offered.Type) throws -> Offered {
        let name = Service.name(of: type)
        guard let service = find(name) as? Offered else { throw PluginError("no plugin offers the service \(name)") }
        return service
    }

    /// Writes a line to the server's log under the plugin's id.
    public func log(_ message: String) { write(message) }
}
