package import PluginAPI

/// Where `radius` tells what happened. Never waits: what can't be taken is counted and lost, except accounting,
/// which does not pass here.
package protocol EventSink: Sendable {
    func unknownSource(_ source: IPAddress, identifier: String?, code: UInt8, at: Int64)
    func learned(_ mac: MACAddress, subscriber: Int64)
    func latched(nas: Int64)
    /// Something a person should look at. Raised again while it lasts, it stays one alarm.
    func alarm(kind: AlarmKind, subject: String, message: String)
    /// The alarm's cause is gone.
    func cleared(kind: AlarmKind, subject: String)
}

extension EventSink {
    package func cleared(kind: AlarmKind, subject: String) {}
}
