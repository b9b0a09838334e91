extension ListSpec {
    /// Resellers: a reseller sees himself and those below him.
    package static let resellers = ListSpec(
        "resellers", .reseller,
        columns: [
            ListColumn("id", .integer, "What other calls name it by."),
            ListColumn("name", .text, "What he is called."),
            // Whoever is at the top of what the reader sees has nobody above him there: the house's business.
            ListColumn(
                "parent_id", .integer, "Who stands above him; null: the house, or who is above the reader.",
                sql: "(SELECT o.id FROM resellers o WHERE o.id = r.parent_id AND :seen(o))"),
            ListColumn("created_at", .time, "When it was made."),
            ListColumn("version", .integer, "Raised by every change; for If-Match.", shown: .onRequest),
            ListColumn(
                "subscribers", .integer, "His own subscribers, not those of resellers below him.",
                sql: "(SELECT count(*) FROM subscribers s WHERE s.reseller_id = r.id AND s.deleted_at IS NULL)",
                shown: .alone),
            ListColumn(
                "nas", .json, "Ids of the NAS that are mapped to him.",
                sql: """
                    coalesce((SELECT jsonb_agg(m.nas_id ORDER BY m.nas_id) FROM reseller_nas m
                               WHERE m.reseller_id = r.id), '[]'::jsonb)
                    """, shown: .alone),
            ListColumn(
                "services", .json, "Ids of the services that are given to him.",
                sql: """
                    coalesce((SELECT jsonb_agg(m.service_id ORDER BY m.service_id) FROM reseller_services m
                               WHERE m.reseller_id = r.id), '[]'::jsonb)
                    """, shown: .alone),
        ],
        filters: [
            ListFilter("parent", "Directly below this one.", .equals(sql: "r.parent_id", .bigint)),
            ListFilter("name", "Beginning of the name.", .prefix(sql: "r.name")),
        ],
        // By path, a reseller stands right before those below him.
        sorts: [ListSort("name", "text"), ListSort("path", "text"), ListSort("id", "bigint")],
        search: ListSearch(sql: "lower(r.name)", exact: "r.name"), isSmall: true)

    /// Who signs in to the operators' side.
    package static let operators = ListSpec(
        "operators", .operator,
        columns: [
            ListColumn("id", .integer, "What other calls name it by."),
            ListColumn("username", .text, "The login name."),
            ListColumn("full_name", .text, "The person."),
            ListColumn("is_active", .bool, "May sign in."),
            ListColumn("must_change", .bool, "The password was given by someone else."),
            ListColumn("last_login_at", .time, "Last sign-in."),
            ListColumn("created_at", .time, "When it was made."),
            ListColumn("updated_at", .time, "When it was changed last.", shown: .onRequest),
            ListColumn("version", .integer, "Raised by every change; for If-Match.", shown: .onRequest),
        ],
        filters: [
            ListFilter("is_active", "May sign in.", .equals(sql: "r.is_active", .bool)),
            ListFilter("username", "The exact login name.", .equals(sql: "r.username", .text)),
        ],
        sorts: [
            ListSort("username", "text"), ListSort("id", "bigint"),
            ListSort("last_login", sql: "r.last_login_at", "timestamptz", isNullable: true, descends: true),
        ],
        search: ListSearch(sql: "lower(r.username || ' ' || coalesce(r.full_name, ''))", exact: "r.username"),
        isSmall: true)

    /// All of them, for tests and documents.
    package static let all: [ListSpec] = [
        .subscribers, .services, .nas, .unknownSources, .liveSessions, .sessionHistory, .logins, .resellers, .operators,
        .alarms, .audit,
    ]
}
