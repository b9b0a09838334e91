import PluginAPI

/// What a NAS made of a CoA- or Disconnect-Request (RFC 5176). Any of these proves that it knows the secret.
package enum DynamicAuthorization: Sendable, Hashable {
    case acknowledged
    /// Refused; some NAS don't say why.
    case refused(ErrorCause?)
    /// A reply of a code that answers neither request.
    case unexpected(code: UInt8)

    package init(_ reply: PacketView) {
        switch reply.code {
        case .disconnectACK, .coaACK: self = .acknowledged
        case .disconnectNAK, .coaNAK:
            self = .refused(reply.integer(AttributeNumber.errorCause).map { ErrorCause(rawValue: $0) })
        default: self = .unexpected(code: reply.code.rawValue)
        }
    }
}

extension RADIUSClient {
    /// Asks a NAS to change or end a session. `signsMessage` and Event-Timestamp are what some NAS insist on and others
    /// refuse (RFC 5176 sections 3.3, 3.4): the caller decides both.
    package func change(_ request: RequestWriter, signsMessage: Bool = true) throws(Failure) -> DynamicAuthorization {
        precondition(request.code == .coaRequest || request.code == .disconnectRequest, "not a CoA")
        return try exchange(request, signsMessage: signsMessage).withView { DynamicAuthorization($0) }
    }
}
