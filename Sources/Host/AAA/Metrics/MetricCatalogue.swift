/// What the data plane's metrics mean. A metric is named here, or its page says no more than its name.
package enum MetricCatalogue {
    private static let prefix = "tollkeeper_radius_"

    private static let families: [String: MetricFamily] = Dictionary(
        uniqueKeysWithValues: all.map { family in
            var family = family
            family.name = prefix + family.name
            return (family.name, family)
        })

    /// Every name, with its prefix.
    package static var names: [String] { families.keys.sorted() }

    /// The family of a name without its prefix. One that is not in the catalogue is a counter.
    package static func radius(_ name: String) -> MetricFamily {
        families[prefix + name] ?? MetricFamily(prefix + name, .counter, "Events named \(name).")
    }

    private static let all: [MetricFamily] =
        logins + accounting + [
            MetricFamily("nas", .gauge, "NAS known to this process."),
            MetricFamily("subscribers", .gauge, "Subscribers known to this process."),
            MetricFamily(
                "feed_age_seconds", .gauge, unit: "seconds",
                "Time since the change feed was last read: how old what this process knows may be."),
            MetricFamily(
                "snapshot_age_seconds", .gauge, unit: "seconds",
                "For how long the snapshot on disk lacks a change, or how old the one is that is answered from."),
            MetricFamily("emergency_accepts", .counter, "Logins accepted by an emergency that a check had refused."),
            MetricFamily("rejects_undelayed", .counter, "Rejects sent at once because too many others waited."),
            MetricFamily("sessions_counted", .gauge, "Sessions that count against session limits."),
            MetricFamily(
                "kernel_drops", .counter, "Datagrams the kernel threw away because a socket's queue was full."),
            MetricFamily(
                "unknown_filtered", .counter,
                "Datagrams of unknown sources that the kernel kept out during a flood, as near as it tells."),
            MetricFamily(
                "over_share_filtered", .counter,
                "Datagrams of NAS over their share that the kernel kept out, as near as it tells; drops by NAS count them "
                    + "too."),
            MetricFamily("send_failures", .counter, "Replies the kernel refused to send."),
            MetricFamily("receive_batch", .histogram, "Datagrams taken with one receive call."),
            MetricFamily("send_batch", .histogram, "Replies given to one send call."),
            MetricFamily(
                "notes_lost", .counter, "Notes (unknown sources, learned MACs, alarms) that were not written."),
        ]

    private static let logins = [
        MetricFamily("requests", .counter, "Verified requests by packet code."),
        MetricFamily("accepts", .counter, "Logins accepted, by password method."),
        MetricFamily("rejects", .counter, "Logins refused, by reason."),
        MetricFamily("drops", .counter, "Datagrams left unanswered, by reason; those of unknown sources have no nas."),
        MetricFamily("duplicates", .counter, "Repeated requests answered with the kept reply."),
        MetricFamily("device_logins", .counter, "Logins known by MAC or access line instead of a password."),
        MetricFamily("profiles", .counter, "Service profiles asked for by name."),
        MetricFamily(
            "login_seconds", .histogram, unit: "seconds", "Time from receiving an Access-Request to its reply."),
        MetricFamily("login_log_rows", .counter, "Rows written to radius_logs."),
        MetricFamily("login_log_waiting", .gauge, "Logins that wait to be written to radius_logs."),
        MetricFamily("login_log_overflow", .counter, "Logins that found the log's queue full, or were given up."),
        MetricFamily(
            "unlogged_logins", .counter,
            "Logins counted in radius_log_unlogged instead of having a row of their own in radius_logs."),
    ]

    private static let accounting = [
        MetricFamily("accounting", .counter, "Accounting-Requests taken, by Acct-Status-Type."),
        MetricFamily(
            "accounting_seconds", .histogram, unit: "seconds",
            "Time from receiving an Accounting-Request to its answer, which waits until the record is durable."),
        MetricFamily("accounting_batch", .histogram, "Records written together."),
        MetricFamily("commit_seconds", .histogram, unit: "seconds", "Time the database took for an accounting batch."),
        MetricFamily("accounting_waiting", .gauge, "Accounting records that wait to be made durable."),
        MetricFamily("accounting_batches", .counter, "Batches of accounting records."),
        MetricFamily("accounting_batched_records", .counter, "Accounting records taken into batches."),
        MetricFamily("accounting_ignored", .counter, "Accounting-Requests answered whose content is of no use."),
        MetricFamily("accounting_held", .gauge, "Accounting records in memory that the database has not confirmed."),
        MetricFamily("accounting_storing", .gauge, "Whether the database takes accounting: 1, or 0."),
        MetricFamily("journal_bytes", .gauge, unit: "bytes", "Size of the accounting journal."),
        MetricFamily("journal_limit_bytes", .gauge, unit: "bytes", "Size at which the journal is full."),
        MetricFamily("journal_batches", .gauge, "Batches in the journal."),
        MetricFamily(
            "journal_oldest_seconds", .gauge, unit: "seconds",
            "Age of the oldest accounting record that the database has not confirmed."),
        MetricFamily(
            "accounting_given_up", .counter, "Accounting records that were not answered: nothing durable took them."),
    ]
}
