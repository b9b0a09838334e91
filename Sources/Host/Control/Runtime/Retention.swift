import Store

/// Ends what would otherwise only grow: logins by month, what was counted beside them, alarms that are over.
///
/// Sessions and the audit log are kept: how long is the law's and the operator's to say.
enum Retention {
    /// Kept of a delivery that was told or given up, from the end of its alarm.
    private static let deliveries = "30 days"

    static func apply(_ connection: Connection) throws {
        try connection.query(
            "delete from alarm_deliveries d using alarms a where d.alarm_id = a.id and d.state <> 'pending'"
                + " and a.cleared_at < now() - interval '\(deliveries)'")
        guard let oldest = try oldestLogin(connection) else { return }
        try connection.query("delete from radius_log_unlogged where minute < $1::timestamptz", [.text(oldest)])
        try connection.query("delete from alarms where cleared_at < $1::timestamptz", [.text(oldest)])
        try connection.query("select drop_old_partitions('radius_logs', 'at', $1::timestamptz)", [.text(oldest)])
    }

    /// The beginning of the first month that is kept whole besides the current one; nil where all is kept.
    private static func oldestLogin(_ connection: Connection) throws -> String? {
        let rows = try connection.query(
            """
            select (date_trunc('month', now() at time zone 'UTC') - value::int * interval '1 month')
                     at time zone 'UTC'
              from system_preferences
             where tenant_id = 1 and name = 'radius_log_months' and value ~ '^[1-9][0-9]{0,3}$'
            """)
        return rows.first?.optionalText(0)
    }
}
