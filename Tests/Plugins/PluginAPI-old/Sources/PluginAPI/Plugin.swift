/// A plugin: a type with a manifest, constructed once when `control` starts. What it conforms to beside this
/// (`NASDialect`, `Routes`, …) is what it offers.
public protocol Plugin: Sendable {
    static var manifest: Manifest { get }
    /// Takes what it needs from the host and checks its settings; throws to refuse the start, with a sentence why.
    init(_ host: Context) throws
    /// Called once when the server stops, before anything this plugin needs is stopped.
    func stop()
}

extension Plugin {
    public func stop() {}
}
