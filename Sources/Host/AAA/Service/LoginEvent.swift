package import PluginAPI

/// One decided login, as `radius_logs` keeps it.
package struct LoginEvent: Sendable {
    package var at: Int64
    package var username: String
    package var subscriberID: Int64?
    package var nasID: Int64
    package var nasName: String
    package var nasIP: IPAddress
    package var mac: MACAddress?
    /// nil for an accept.
    package var reason: RejectReason?
    package var method: String
    package var microseconds: Int64
    package var detail: String
}

/// Where `radius` tells what happened. Never waits: what can't be taken is counted and lost, except accounting,
/// which does not pass here.
package protocol EventSink: Sendable {
    func login(_ event: LoginEvent)
    func unknownSource(_ source: IPAddress, identifier: String?, code: UInt8, at: Int64)
    func learned(_ mac: MACAddress, subscriber: Int64)
    func latched(nas: Int64)
    /// Something a person should look at. Raised again while it lasts, it stays one alarm.
    func alarm(kind: String, subject: String, message: String)
    /// The alarm's cause is gone.
    func cleared(kind: String, subject: String)
    func heard(nas: Int64, at: Int64)
}

extension EventSink {
    package func cleared(kind: String, subject: String) {}
}
