/// Why a NAS refused a CoA- or Disconnect-Request (RFC 5176 section 3.5, RFC 8559).
package struct ErrorCause: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The name the RFC gives it.
    package var description: String {
        switch rawValue {
        case 201: "Residual Session Context Removed"
        case 202: "Invalid EAP Packet (Ignored)"
        case 401: "Unsupported Attribute"
        case 402: "Missing Attribute"
        case 403: "NAS Identification Mismatch"
        case 404: "Invalid Request"
        case 405: "Unsupported Service"
        case 406: "Unsupported Extension"
        case 407: "Invalid Attribute Value"
        case 501: "Administratively Prohibited"
        case 502: "Request Not Routable (Proxy)"
        case 503: "Session Context Not Found"
        case 504: "Session Context Not Removable"
        case 505: "Other Proxy Processing Error"
        case 506: "Resources Unavailable"
        case 507: "Request Initiated"
        case 508: "Multiple Session Selection Unsupported"
        case 509: "Location Info Required"
        case 601: "Response Too Big"
        default: "Error-Cause \(rawValue)"
        }
    }
}
