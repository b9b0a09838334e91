package import Store

/// Ends what would otherwise only grow, each class of data after the months that its preference says; 0 keeps all. What
/// is under a legal hold stays.
package enum Retention {
    /// A class of data: the preference that says for how long, and how it goes.
    struct Class: Sendable {
        /// In messages.
        let name: String
        /// `radius_log_months`.
        let preference: String
        /// Drops what is older than the first parameter, a timestamptz; gives one number.
        let statements: [String]
    }

    static let classes = [
        Class(
            name: "logins", preference: "radius_log_months",
            statements: [
                "with gone as (delete from radius_log_unlogged where minute < $1::timestamptz returning 1) select count(*) from gone",
                "select drop_old_partitions('radius_logs', 'at', $1::timestamptz)",
            ]),
        Class(
            name: "sessions", preference: "sessions_months",
            statements: ["select drop_old_partitions('sessions_closed', 'stopped_at', $1::timestamptz)"]),
        Class(
            name: "audit log", preference: "audit_months", statements: ["select audit_forget($1::timestamptz)"]),
        Class(
            name: "jobs", preference: "jobs_months",
            statements: [
                "with gone as (delete from jobs where finished_at < $1::timestamptz returning 1) select count(*) from gone"
            ]),
        Class(
            name: "alarms", preference: "alarms_months",
            statements: [
                "with gone as (delete from alarms where cleared_at < $1::timestamptz returning 1) select count(*) from gone"
            ]),
        Class(
            name: "webhook deliveries", preference: "webhook_deliveries_months",
            statements: [
                """
                with gone as (delete from webhook_deliveries where created_at < $1::timestamptz and state <> 'pending'
                              returning 1) select count(*) from gone
                """
            ]),
    ]

    /// Kept of an alarm's delivery that was told or given up, from the end of the alarm.
    private static let alarmDeliveries = "30 days"

    /// A round over all classes: one that fails does not keep the others. Throws what failed, at the end.
    package static func apply(_ connection: Connection) throws {
        var problems: [String] = []
        for item in classes {
            do { try apply(item, connection) } catch { problems.append("\(item.name): \(error)") }
        }
        try connection.query(
            "delete from alarm_deliveries d using alarms a where d.alarm_id = a.id and d.state <> 'pending'"
                + " and a.cleared_at < now() - interval '\(alarmDeliveries)'")
        try Erasure.age(connection)
        if !problems.isEmpty { throw JobError.again(problems.joined(separator: "; ")) }
    }

    private static func apply(_ item: Class, _ connection: Connection) throws {
        guard let oldest = try oldest(item.preference, connection) else { return }
        // A statement, a transaction: a partition that somebody reads is left for the next time.
        for statement in item.statements { try connection.query(statement, [.text(oldest)]) }
    }

    /// The beginning of the first month that is kept whole besides the current one; nil where all is kept.
    static func oldest(_ preference: String, _ connection: Connection) throws -> String? {
        let rows = try connection.query(
            """
            select (date_trunc('month', now() at time zone 'UTC') - value::int * interval '1 month')
                     at time zone 'UTC'
              from system_preferences where tenant_id = 1 and name = $1 and value ~ '^[1-9][0-9]{0,3}$'
            """, [.text(preference)])
        return rows.first?.optionalText(0)
    }
}

/// Retention as a job of the clock.
package struct RetentionJob: JobKind {
    package static let kind = "retention.apply"
    package let name = RetentionJob.kind
    package let limit: Int? = 1

    package init() {}

    package func run(_ job: JobContext) throws -> String? {
        try Retention.apply(job.connection)
        return nil
    }
}
