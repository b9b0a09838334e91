import PluginAPI
package import Store

/// Fills the indexes of sessions at start from what the database has: the live ones, and those that ended lately.
package enum SessionLoader {
    package static func load(_ connection: Connection, index: SessionIndex, sessions: LiveSessions) throws -> Int {
        let rows = try connection.query(sql)
        for row in rows {
            guard let key = SessionKey(bytes: row.bytes("session_key")) else { continue }
            let record = record(row)
            let state = row.text("state")
            index.restore(
                record, key: key, start: row.timestamp("started_at") / 1_000_000, isOpen: state != "closed")
            guard state != "closed", record.kind == .session, let subscriber = row.optionalInt("subscriber_id") else {
                continue
            }
            sessions.put(
                SessionMark(
                    key: key, scope: record.scope, mac: record.mac, state: state == "live" ? .live : .suspect,
                    lastHeard: row.timestamp("updated_at") / 1_000_000),
                subscriber: Int64(subscriber))
        }
        return rows.count
    }

    /// `has_login_key`: the row is the login's own, so its key is what Class carries.
    private static let sql = """
        select session_key, record_kind, service_name, subscriber_id, username, nas_id, nas_ip, nas_identifier,
               virtual_router, acct_session_id, mac_address, started_at, updated_at, session_seconds, last_event_at,
               state, login_at is not null as has_login_key
          from sessions_live
         where nas_id is not null and (state <> 'closed' or stopped_at > now() - interval '24 hours')
         order by started_at
        """

    private static func record(_ row: Row) -> AccountingRecord {
        let key = row.bool("has_login_key") ? SessionKey(bytes: row.bytes("session_key")) : nil
        return AccountingRecord(
            status: .interim, nasID: Int64(row.int("nas_id")),
            nasIP: row.optionalAddress("nas_ip") ?? IPAddress(ipv4: 0),
            nasIdentifier: row.optionalText("nas_identifier"), virtualRouter: row.optionalText("virtual_router"),
            username: row.optionalText("username"), acctSessionID: row.text("acct_session_id"), multiSessionID: nil,
            classKey: key, kind: RecordKind(rawValue: row.text("record_kind")) ?? .session,
            serviceName: row.optionalText("service_name"), parentSession: nil,
            eventTime: row.timestamp("last_event_at") / 1_000_000, hasEventTimestamp: true,
            sessionSeconds: Int64(row.int("session_seconds")), hasSessionTime: true, inputOctets: 0, outputOctets: 0,
            hasOctets: false, inputPackets: 0, outputPackets: 0, sendsGigawords: true,
            mac: row.optionalText("mac_address").flatMap { MACAddress($0) })
    }
}
