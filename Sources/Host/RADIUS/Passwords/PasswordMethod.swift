import PluginAPI

/// How a request proves the password.
package enum PasswordMethod: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case pap = "PAP"
    case chap = "CHAP"
    case msCHAPv1 = "MS-CHAPv1"
    case msCHAPv2 = "MS-CHAPv2"
    /// No password attribute at all.
    case none = "none"

    package var description: String { rawValue }

    /// The method of a request, by the attributes it carries; the strongest when there are several.
    package init(of request: PacketView) {
        var found = PasswordMethod.none
        for attribute in request.flatAttributes {
            switch (attribute.key.vendor, UInt8(truncatingIfNeeded: attribute.key.number)) {
            case (Microsoft.vendor, Microsoft.chap2Response): found = .msCHAPv2
            case (Microsoft.vendor, Microsoft.chapResponse) where found != .msCHAPv2: found = .msCHAPv1
            case (0, AttributeNumber.chapPassword) where found == .none || found == .pap: found = .chap
            case (0, AttributeNumber.userPassword) where found == .none: found = .pap
            default: break
            }
        }
        self = found
    }
}
