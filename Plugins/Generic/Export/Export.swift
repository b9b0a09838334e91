import Generic
import PluginAPI

// The two doors of a plugin's library, apart from the plugin so that a test of several plugins can link them all.

/// What this library was built for.
@c(tollkeeper_abi)
public func abi() -> UnsafePointer<CChar> { PluginABI.string }

/// Names the plugin to the server.
@c(tollkeeper_plugin_register)
public func register() { PluginRegistry.register(Generic.self) }
