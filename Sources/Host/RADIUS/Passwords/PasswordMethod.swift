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
        if request.hasVendorSpecific, let found = PasswordMethod.microsoft(request) {
            self = found
            return
        }
        var found = PasswordMethod.none
        for attribute in request.attributes {
            switch attribute.number {
            case AttributeNumber.chapPassword: found = .chap
            case AttributeNumber.userPassword where found == .none: found = .pap
            default: break
            }
        }
        self = found
    }

    private static func microsoft(_ request: PacketView) -> PasswordMethod? {
        var found: PasswordMethod?
        for attribute in request.flatAttributes where attribute.key.vendor == Microsoft.vendor {
            switch UInt8(truncatingIfNeeded: attribute.key.number) {
            case Microsoft.chap2Response: return .msCHAPv2
            case Microsoft.chapResponse: found = .msCHAPv1
            default: break
            }
        }
        return found
    }
}
