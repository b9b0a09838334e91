extension ScopedKind {
    package static let job = ScopedKind("job", table: "jobs", .path)
    /// A reseller sees the roles of his own and of those below him, and the one made for resellers.
    package static let role = ScopedKind(
        "role", table: "roles",
        .sql(
            "(r.builtin = 'reseller' OR r.reseller_id IN (SELECT o.id FROM resellers o WHERE o.path = ANY (:paths)))"))
    package static let legalHold = ScopedKind("legal hold", table: "legal_holds", .house)
    package static let webhook = ScopedKind("webhook", table: "webhooks", .path)
    package static let schedule = ScopedKind("schedule", table: "job_schedules", .house)
}

extension ListSpec {
    private static let jobColumns: [ListColumn] = [
        ListColumn("id", .integer, "Its number."), ListColumn("kind", .text, "What is done: subscribers.bulk …"),
        ListColumn("title", .text, "For people."),
        ListColumn("state", .choice(["queued", "running", "done", "failed", "cancelled"]), "Where it is."),
        ListColumn("progress_done", .integer, "How far."), ListColumn("progress_total", .integer, "Of how much."),
        ListColumn("message", .text, "What it is at."), ListColumn("rows_ok", .integer, "Rows that went well."),
        ListColumn("rows_failed", .integer, "Rows that did not."), ListColumn("error", .text, "Why it failed."),
        ListColumn("actor", .text, "Who started it."), ListColumn("request_id", .text, "By which request."),
        ListColumn("attempts", .integer, "Runs begun."),
        ListColumn("cancel_requested", .bool, "It was asked to stop."),
        ListColumn("created_at", .time, "Put into the queue."), ListColumn("started_at", .time, "First run."),
        ListColumn("finished_at", .time, "Over."), ListColumn("next_at", .time, "Not run before.", shown: .onRequest),
        ListColumn("result", .json, "What came of it.", shown: .onRequest),
    ]

    /// What is done in the background, the latest first.
    package static let jobs = ListSpec(
        "jobs", .job, columns: jobColumns,
        filters: [
            ListFilter(
                "state", "Where it is.",
                .words(
                    ["queued", "running", "done", "failed", "cancelled"].map {
                        (word: $0, sql: "r.state = '\($0)'")
                    })),
            ListFilter("kind", "What is done.", .equals(sql: "r.kind", .text)),
        ],
        sorts: [ListSort("id", "bigint", descends: true)], fast: [ListPair("id")])

    package static let webhooks = ListSpec(
        "webhooks", .webhook,
        columns: [
            ListColumn("id", .integer, "What other calls name it by."), ListColumn("name", .text, "Its name."),
            ListColumn("url", .text, "Posted to."), ListColumn("topics", .texts, "What it hears."),
            ListColumn("is_active", .bool, "Whether it is told."),
            ListColumn("failing_since", .time, "Since when nothing gets through."),
            ListColumn("disabled_reason", .text, "Why it was switched off by itself."),
            ListColumn("created_at", .time, "When it was made."),
            ListColumn("version", .integer, "Raised by every change; for If-Match."),
        ],
        sorts: [ListSort("name", "text"), ListSort("id", "bigint")], isSmall: true)

    package static let roles = ListSpec(
        "roles", .role,
        columns: [
            ListColumn("id", .integer, "What other calls name it by."), ListColumn("name", .text, "Its name."),
            ListColumn("description", .text, "What it is for."),
            ListColumn("permissions", .texts, "What it holds; empty for a built-in one, which the program knows."),
            ListColumn("builtin", .text, "Which built-in one it is."),
            ListColumn("reseller_id", .integer, "Whose it is; null: the house's."),
            ListColumn(
                "operators", .integer, "How many have it.",
                sql: "(SELECT count(*) FROM operator_roles m WHERE m.role_id = r.id)"),
            ListColumn("version", .integer, "Raised by every change; for If-Match."),
        ],
        sorts: [ListSort("name", "text"), ListSort("id", "bigint")], isSmall: true)

    package static let legalHolds = ListSpec(
        "legal-holds", .legalHold,
        columns: [
            ListColumn("id", .integer, "Its number."),
            ListColumn("subscriber_id", .integer, "Whose data; null: everybody's."),
            ListColumn("case_number", .text, "Of the court or authority."), ListColumn("reason", .text, "Why."),
            ListColumn("since", .time, "From when."), ListColumn("until", .time, "Till when; null: till released."),
            ListColumn("actor", .text, "Who made it."), ListColumn("released_at", .time, "When it was ended."),
            ListColumn("released_by", .text, "By whom."),
        ],
        sorts: [ListSort("id", "bigint", descends: true)], isSmall: true)

    package static let schedules = ListSpec(
        "schedules", .schedule,
        columns: [
            ListColumn("id", .integer, "Its number."), ListColumn("name", .text, "Its name."),
            ListColumn("cron", .text, "Minute, hour, day, month, weekday."),
            ListColumn("utc_offset_minutes", .integer, "East of UTC."), ListColumn("kind", .text, "What is done."),
            ListColumn("is_active", .bool, "Whether it runs."), ListColumn("last_at", .time, "Last run."),
            ListColumn("last_job_id", .integer, "The job of it."), ListColumn("next_at", .time, "Next run."),
            ListColumn("version", .integer, "Raised by every change; for If-Match."),
        ],
        sorts: [ListSort("name", "text")], isSmall: true)
}
