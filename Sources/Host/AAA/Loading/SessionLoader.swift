import PluginAPI
package import Store

/// Fills the indexes of sessions at start from what the database has: the live ones, and those that ended lately.
package enum SessionLoader {
    /// Gives the number of rows.
    package static func load(_ connection: Connection, index: SessionIndex, sessions: LiveSessions) throws -> Int {
        try connection.copyOut(sql) { row in
            guard let known = try KnownSession(&row) else { return }
            index.restore(known.record, key: known.mark.key, start: known.start, isOpen: known.isOpen)
            guard known.isOpen, known.record.kind == .session, let subscriber = known.subscriber else { return }
            sessions.put(known.mark, subscriber: subscriber)
        }
    }

    /// `KnownSession` reads the columns in this order. `has_login_key`: the row is the login's own, so its key is what
    /// Class carries.
    private static let sql = """
        select session_key, record_kind, service_name, subscriber_id, username, nas_id, nas_ip, nas_identifier,
               virtual_router, acct_session_id, mac_address, coalesce(started_at, updated_at), updated_at,
               session_seconds, coalesce(last_event_at, updated_at), state, login_at is not null as has_login_key
          from sessions_live
         where nas_id is not null and (state <> 'closed' or stopped_at > now() - interval '24 hours')
         order by started_at
        """
}
