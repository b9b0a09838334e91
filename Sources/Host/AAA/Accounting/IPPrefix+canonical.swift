import PluginAPI

extension IPPrefix {
    /// With the host bits cleared, as a cidr column demands.
    var canonical: String { "\(network)/\(length)" }
}
