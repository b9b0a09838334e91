package import PluginAPI
package import RADIUS

/// One decided login as `radius_logs` keeps it: numbers and enums only, so that noting one allocates nothing. Its texts
/// are given beside it.
package struct LoginNote: Sendable {
    /// When it was decided: microseconds since 1970.
    package var at: Int64
    /// 0 when no subscriber was found.
    package var subscriberID: Int64
    /// Where the request came from.
    package var nasAddress: IPAddress
    package var mac: MACAddress?
    /// nil for an accept.
    package var reason: RejectReason?
    package var method: PasswordMethod
    /// From receiving the request to its answer.
    package var microseconds: Int64

    package init(
        at: Int64, subscriberID: Int64, nasAddress: IPAddress, mac: MACAddress?, reason: RejectReason?,
        method: PasswordMethod, microseconds: Int64
    ) {
        self.at = at
        self.subscriberID = subscriberID
        self.nasAddress = nasAddress
        self.mac = mac
        self.reason = reason
        self.method = method
        self.microseconds = microseconds
    }
}
