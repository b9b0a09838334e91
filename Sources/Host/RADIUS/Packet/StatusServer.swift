package import PluginAPI

/// Status-Server (RFC 5997): "are you alive?", asked of the port itself.
package enum StatusServer {
    /// The code of the answer: Access-Accept from an authentication port, Accounting-Response from an accounting port
    /// (RFC 5997 section 4.1). nil for a port that does not answer it.
    package static func replyCode(on role: PortRole) -> PacketCode? {
        switch role {
        case .authentication: .accessAccept
        case .accounting: .accountingResponse
        case .dynamicAuthorization: nil
        }
    }
}
