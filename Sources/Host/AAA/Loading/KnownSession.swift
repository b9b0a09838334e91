import PluginAPI
import Store

/// A session as the database has it.
struct KnownSession {
    let record: AccountingRecord
    let mark: SessionMark
    /// Seconds since 1970.
    let start: Int64
    let isOpen: Bool
    let subscriber: Int64?

    /// nil when its key is none of ours. Takes the columns in the order of `SessionLoader`'s statement.
    init?(_ row: inout CopyRow) throws {
        guard let key = SessionKey(bytes: try row.bytes()) else { return nil }
        let (kind, service) = (RecordKind(rawValue: try row.text()) ?? .session, try row.optionalText())
        subscriber = try row.optionalInt()
        let (username, nasID) = (try row.optionalText(), try row.int())
        let nasIP = try row.optionalPrefix()?.address ?? IPAddress(ipv4: 0)
        let (identifier, router, id) = (try row.optionalText(), try row.optionalText(), try row.text())
        let mac = try row.optionalMAC()
        start = try row.timestamp() / 1_000_000
        let lastHeard = try row.timestamp() / 1_000_000
        let (seconds, lastEvent) = (try row.int(), try row.timestamp() / 1_000_000)
        let state = try row.text()
        isOpen = state != "closed"
        // By whose clock an open session's start was reckoned the row does not say.
        let isStartTold = !isOpen
        record = AccountingRecord(
            status: .interim, nasID: nasID, nasIP: nasIP, nasIdentifier: identifier, virtualRouter: router,
            username: username, acctSessionID: id, multiSessionID: nil, classKey: try row.bool() ? key : nil,
            kind: kind, serviceName: service, parentSession: nil, eventTime: lastEvent, hasEventTimestamp: isStartTold,
            sessionSeconds: seconds, hasSessionTime: true, inputOctets: 0, outputOctets: 0, hasOctets: false,
            inputPackets: 0, outputPackets: 0, sendsGigawords: true, mac: mac)
        mark = SessionMark(
            key: key, scope: record.scope, mac: mac, state: state == "live" ? .live : .suspect, lastHeard: lastHeard)
    }
}
