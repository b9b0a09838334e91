/// What the host lends a plugin. A test builds one of its own: whatever is not given is empty, or throws.
public struct Context: Sendable {
    /// The settings given for this plugin, by name, as text. The host has checked them against `Settings` when the
    /// plugin declares them; `settings(as:)` reads them typed.
    public var settings: [String: String]
    /// Transactions in the plugin's own schema. For use from routes, jobs and events; during `init` it is too early.
    public var database = Database(NoDatabase())
    /// Microseconds since 1970. A test gives one of its own.
    public var clock: @Sendable () -> Int64 = { 0 }
    /// So many random bytes, fit for keys and codes.
    public var random: @Sendable (_ count: Int) -> [UInt8] = { [UInt8](repeating: 0, count: $0) }
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

    /// Puts one of the plugin's jobs into the queue, in a transaction of its own; `Transaction.enqueue` does it together
    /// with what it belongs to. Returns its id.
    @discardableResult
    public func enqueue(_ job: String, _ arguments: some Record = Nothing()) async throws -> Int64 {
        let values = arguments.fieldValue
        return try await database.transaction { try await $0.enqueue(job, values: values) }
    }

    /// Writes a line to the server's log under the plugin's id.
    public func log(_ message: String) { write(message) }
}

/// Behind a context that a test made without a database.
struct NoDatabase: DatabaseHost {
    func transaction(_ body: @escaping @Sendable (Transaction) async throws -> Void) async throws {
        throw PluginError("this host has no database")
    }
}
