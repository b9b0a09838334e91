/// Hears what changes in the world.
public protocol Events: Plugin {
    /// `subscriber.changed`, `service.changed`, `nas.changed`, `attribute.changed`, `preferences.changed`.
    static var topics: [String] { get }

    /// Called with one event after the other, each at least once, in the order of their commits. When it throws, that
    /// event and what came with it is told again, after a pause.
    func hear(_ event: PluginEvent) async throws
}

/// Something changed: an id to look up, since what happened twice is told once.
public struct PluginEvent: Sendable, Hashable {
    public var topic: String
    /// The row's id; 0 where the whole table is meant, and for `reload`: so much was missed that everything may have
    /// changed. `reload` is told to everybody.
    public var key: Int64

    public init(_ topic: String, key: Int64) {
        self.topic = topic
        self.key = key
    }
}
