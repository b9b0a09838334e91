/// Why a plugin refuses: one sentence for the operator, naming the value and, where there is one, file and line.
public struct PluginError: Error, Sendable, Hashable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
