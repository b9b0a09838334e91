import Synchronization

/// Where a plugin names its type when the server asks it to.
///
/// A plugin's library exports two C functions, and this is all that it takes:
/// ```swift
/// @c(tollkeeper_abi) public func abi() -> UnsafePointer<CChar> { PluginABI.string }
/// @c(tollkeeper_plugin_register) public func register() { PluginRegistry.register(Acme.self) }
/// ```
public enum PluginRegistry {
    private static let registered = Mutex<[any Plugin.Type]>([])

    /// Offers a type to the server; a library may offer more than one.
    public static func register(_ type: any Plugin.Type) {
        registered.withLock { $0.append(type) }
    }

    /// Takes what was registered since the last call. The server calls this, under a lock of its own.
    public static func take() -> [any Plugin.Type] {
        registered.withLock { types in
            defer { types = [] }
            return types
        }
    }
}
