extension ListSpec {
    /// Logins and their verdicts, the latest first.
    package static let logins = ListSpec(
        "radius-log", .login,
        columns: [
            ListColumn("id", .integer, "Its number."),
            ListColumn("at", .time, "When it was decided."),
            ListColumn("username", .text, "As the router gave it."),
            ListColumn("subscriber_id", .integer, "Whom it was known as."),
            ListColumn("nas_id", .integer, "The router."),
            ListColumn("nas", .text, "Its name.", sql: "(SELECT n.name FROM nas_devices n WHERE n.id = r.nas_id)"),
            ListColumn("nas_ip", .address, "Address the request came from."),
            ListColumn("mac", .text, "The device."),
            ListColumn("outcome", .choice(["accept", "reject"]), "The verdict."),
            ListColumn("reason", .text, "Why it was refused."),
            ListColumn("method", .text, "How the password was proved."),
            ListColumn("microseconds", .integer, "From receiving to sending."),
            ListColumn("weight", .integer, "Logins it stands for: itself and those left out before it."),
            ListColumn("detail", .text, "What else there is to say.", shown: .onRequest),
        ],
        filters: [
            ListFilter(
                "outcome", "The verdict.",
                .words([("accept", "r.outcome = 'accept'"), ("reject", "r.outcome = 'reject'")])),
            ListFilter("reason", "Why it was refused.", .equals(sql: "r.reason", .text)),
            ListFilter("nas", "Router by id.", .equals(sql: "r.nas_id", .bigint)),
            ListFilter("subscriber", "Subscriber by id.", .equals(sql: "r.subscriber_id", .bigint)),
            ListFilter("username", "Exact user name.", .equals(sql: "r.username", .text)),
            ListFilter("at", "Time.", .range(sql: "r.at", .timestamptz)),
            ListFilter("reseller", "Of this reseller or one below him.", .reseller),
        ],
        sorts: [ListSort("at", "timestamptz", descends: true)],
        fast: [
            ListPair("at"), ListPair(["outcome"], "at"), ListPair(["reason"], "at"), ListPair(["nas"], "at"),
            ListPair(["subscriber"], "at"), ListPair(["username"], "at"),
        ])

    /// Who changed what, the latest first.
    package static let audit = ListSpec(
        "audit", .auditEntry,
        columns: [
            ListColumn("id", .integer, "Its number."),
            ListColumn("at", .time, "When."),
            ListColumn("actor", .text, "Who."),
            ListColumn("on_behalf_of", .text, "Through whose eyes."),
            ListColumn("source", .text, "From where."),
            ListColumn("action", .text, "What was done."),
            ListColumn("object_kind", .text, "To what kind of thing."),
            ListColumn("object_id", .integer, "Its id."),
            ListColumn("object_name", .text, "Its name then."),
            ListColumn("before", .json, "As it was, secrets left out.", shown: .onRequest),
            ListColumn("after", .json, "As it became, secrets left out.", shown: .onRequest),
        ],
        filters: [
            ListFilter("kind", "Kind of thing.", .equals(sql: "r.object_kind", .text)),
            ListFilter("object", "Id of the thing.", .equals(sql: "r.object_id", .bigint)),
            ListFilter("actor", "Who.", .equals(sql: "r.actor", .text)),
            ListFilter("action", "What was done.", .equals(sql: "r.action", .text)),
            ListFilter("at", "Time.", .range(sql: "r.at", .timestamptz)),
        ],
        sorts: [ListSort("id", "bigint", descends: true), ListSort("at", "timestamptz", descends: true)],
        fast: [
            ListPair("id"), ListPair(["kind", "object"], "id"), ListPair(["actor"], "id"),
        ])

    /// What a person should look at, the latest first.
    package static let alarms = ListSpec(
        "alarms", .alarm,
        columns: [
            ListColumn("id", .integer, "What other calls name it by."),
            ListColumn("kind", .text, "What is the matter."),
            ListColumn("subject", .text, "With what."),
            ListColumn("message", .text, "In a sentence."),
            ListColumn("raised_at", .time, "Since when."),
            ListColumn("last_at", .time, "When it was seen last."),
            ListColumn("times", .integer, "How often."),
            ListColumn("acknowledged_at", .time, "When somebody looked."),
            ListColumn("acknowledged_by", .text, "Who."),
            ListColumn("cleared_at", .time, "When it was over; null: it is open."),
        ],
        filters: [
            ListFilter("cleared", "Is over.", .present(sql: "r.cleared_at")),
            ListFilter("acknowledged", "Somebody looked.", .present(sql: "r.acknowledged_at")),
            ListFilter("kind", "What is the matter.", .equals(sql: "r.kind", .text)),
            ListFilter("raised", "Since when.", .range(sql: "r.raised_at", .timestamptz)),
        ],
        sorts: [ListSort("raised", sql: "r.raised_at", "timestamptz", descends: true), ListSort("id", "bigint")],
        isSmall: true)
}
