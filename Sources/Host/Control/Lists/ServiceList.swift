extension ListSpec {
    /// What is sold; archived ones too when asked for.
    package static let services = ListSpec(
        "services", .service, columns: ServiceList.columns,
        filters: [
            ListFilter("is_active", "Is sold.", .equals(sql: "r.is_active", .bool)),
            ListFilter("archived", "Was taken out of use.", .present(sql: "r.archived_at")),
            ListFilter("nas", "NAS by default.", .equals(sql: "r.default_nas_id", .bigint)),
            ListFilter("name", "Beginning of the name.", .prefix(sql: "r.name")),
        ],
        sorts: [
            ListSort("name", "text"), ListSort("id", "bigint"),
            ListSort("created", sql: "r.created_at", "timestamptz", descends: true),
        ],
        search: ListSearch(sql: "lower(r.name || ' ' || coalesce(r.description, ''))", exact: "r.name"),
        usually: (filter: "archived", sql: "r.archived_at IS NULL"), isSmall: true)
}

private enum ServiceList {
    static let columns: [ListColumn] = [
        ListColumn("id", .integer, "What other calls name it by."),
        ListColumn("name", .text, "What it is called."),
        ListColumn("description", .text, "Free text."),
        ListColumn("is_active", .bool, "Is sold."),
        ListColumn("down_bps", .integer, "Bits per second to the subscriber; null: no limit.", sql: tier("down_bps")),
        ListColumn("up_bps", .integer, "Bits per second from the subscriber; null: no limit.", sql: tier("up_bps")),
        ListColumn("session_limit", .integer, "Sessions at once; null or 0: any number."),
        ListColumn("pool_name", .text, "Address pool."),
        ListColumn("default_nas_id", .integer, "NAS by default."),
        ListColumn("reseller_id", .integer, "Whose it is; null: the house's."),
        ListColumn("archived_at", .time, "When it was taken out of use."),
        ListColumn("created_at", .time, "When it was made."),
        ListColumn("idle_timeout", .integer, "Seconds; null: none.", shown: .onRequest),
        ListColumn("ipv6_pool", .text, "Pool of IPv6 prefixes of links.", shown: .onRequest),
        ListColumn("delegated_ipv6_pool", .text, "Pool of delegated IPv6 prefixes.", shown: .onRequest),
        ListColumn("group_name", .text, "Profile or group on the router.", shown: .onRequest),
        ListColumn("address_list", .text, "Address list on the router.", shown: .onRequest),
        ListColumn("show_reject_reason", .bool, "The subscriber is told why he is refused.", shown: .onRequest),
        ListColumn("parameters", .json, "Values for a vendor pack's own names.", shown: .onRequest),
        ListColumn("updated_at", .time, "When it was changed last.", shown: .onRequest),
        ListColumn("replaced_by", .integer, "The next version, for whoever renews.", shown: .onRequest),
        ListColumn(
            "reply_attributes", .texts, "Sent beside the plan's.", sql: ListColumn.attributes("reply", of: "service"),
            shown: .alone),
        ListColumn(
            "check_attributes", .texts, "Conditions of a login.", sql: ListColumn.attributes("check", of: "service"),
            shown: .alone),
        ListColumn("version", .integer, "Raised by every change; for If-Match.", shown: .onRequest),
        ListColumn(
            "subscribers", .integer, "How many have it.",
            sql: "(SELECT count(*) FROM subscribers s WHERE s.service_id = r.id AND s.deleted_at IS NULL AND :seen(s))",
            shown: .alone, permission: "subscribers.view"),
        ListColumn(
            "tiers", .json, "Speeds: 0 normal, 1 and up by fair use.",
            sql: """
                coalesce((SELECT jsonb_agg(to_jsonb(t) - '{tenant_id,service_id}'::text[] ORDER BY t.position)
                            FROM service_tiers t WHERE t.service_id = r.id), '[]'::jsonb)
                """, shown: .alone),
    ]

    private static func tier(_ column: String) -> String {
        "(SELECT t.\(column) FROM service_tiers t WHERE t.service_id = r.id AND t.position = 0)"
    }
}
