/// Has tables of its own: numbered SQL files (`0001_vouchers.sql`) in a folder of the plugin's, applied before `init`,
/// each once, in the plugin's own schema.
///
/// The schema is named after the plugin (`plugin_public_ip` for `public-ip`) and is all that its SQL sees without a
/// schema's name before it. An applied file is never changed; a change is a new file.
public protocol Migrations: Plugin {
    /// The folder among the plugin's own files.
    static var migrations: String { get }
}

extension Migrations {
    public static var migrations: String { "Migrations" }
}
