/// Who a plugin is.
public struct Manifest: Sendable {
    /// Kebab-case, unique among the loaded: `mikrotik`, `public-ip`.
    public var id: String
    public var title: String
    public var version: String
    /// Ids of plugins (or names of services they offer) that must be started before this one.
    public var needs: [String]
    /// The same, but this one starts without them too.
    public var uses: [String]

    public init(id: String, title: String, version: String, needs: [String] = [], uses: [String] = []) {
        self.id = id
        self.title = title
        self.version = version
        self.needs = needs
        self.uses = uses
    }
}
