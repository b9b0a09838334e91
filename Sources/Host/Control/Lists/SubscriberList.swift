extension ListSpec {
    /// Subscribers that are not deleted.
    package static let subscribers = ListSpec(
        "subscribers", .subscriber, columns: SubscriberList.columns, filters: SubscriberList.filters,
        sorts: [
            ListSort("username", "text"),
            ListSort("expiry", sql: SubscriberList.expiry, "timestamptz"),
            ListSort("created", sql: "r.created_at", "timestamptz", descends: true),
            ListSort("id", "bigint"),
        ],
        fast: [
            ListPair("username"), ListPair("expiry"), ListPair("created"), ListPair("id"),
            ListPair(["service"], "username"), ListPair(["service"], "expiry"),
            ListPair(["is_active"], "expiry"), ListPair(["status"], "expiry"),
        ],
        search: ListSearch(
            sql: "subscriber_words(r.username, r.full_name, r.phone, r.email, r.address)", exact: "r.username"))
}

private enum SubscriberList {
    /// Never is the end of time, so that the column has no NULL.
    static let expiry = "coalesce(r.expiry_date, 'infinity')"
    private static let open = "l.subscriber_id = r.id AND l.record_kind = 'session' AND l.state <> 'closed'"

    static let columns: [ListColumn] = [
        ListColumn("id", .integer, "What other calls name it by."),
        ListColumn("username", .text, "The login name."),
        ListColumn("full_name", .text, "The person or company."),
        ListColumn(
            "status", .choice(["active", "expired", "disabled"]), "Whether logins are let in.",
            sql: "CASE WHEN NOT r.is_active THEN 'disabled' WHEN \(expiry) <= now() THEN 'expired' ELSE 'active' END"),
        ListColumn("is_active", .bool, "Switched on by an operator."),
        ListColumn(
            "is_online", .bool, "Has an open session.",
            sql: "EXISTS (SELECT FROM sessions_live l WHERE \(open))"),
        ListColumn("service_id", .integer, "The service sold to him."),
        ListColumn(
            "service", .text, "Its name.", sql: "(SELECT v.name FROM services v WHERE v.id = r.service_id)"),
        ListColumn("tier_position", .integer, "Tier in force: 0 normal, else by fair use."),
        ListColumn("expiry_date", .time, "When it ends; null: never."),
        ListColumn("static_ip", .address, "IPv4 address of his own."),
        ListColumn("mac_address", .mac, "MAC address he is bound to or known by."),
        ListColumn("reseller_id", .integer, "Who sells to him; null: the house."),
        ListColumn(
            "reseller", .text, "His name.", sql: "(SELECT o.name FROM resellers o WHERE o.id = r.reseller_id)"),
        ListColumn("phone", .text, "Telephone number."),
        ListColumn("last_seen", .time, "Last login or report."),
        ListColumn("created_at", .time, "When it was made."),
        ListColumn("tags", .texts, "Words of the operator's own.", shown: .onRequest),
        ListColumn("email", .text, "Mail address.", shown: .onRequest),
        ListColumn("address", .text, "Where he lives.", shown: .onRequest),
        ListColumn("notes", .text, "For operators.", shown: .onRequest),
        ListColumn(
            "has_password", .bool, "May log in by a password.", sql: "r.password_sealed IS NOT NULL", shown: .onRequest),
        ListColumn(
            "mac_binding", .choice(["off", "learn", "bound"]), "How the MAC address is used.", shown: .onRequest),
        ListColumn("line_id", .text, "Access line he is known by.", shown: .onRequest),
        ListColumn("passwordless", .bool, "May log in by MAC or line alone.", shown: .onRequest),
        ListColumn(
            "session_limit", .integer, "Sessions at once; null: the service's; 0: any number.", shown: .onRequest),
        ListColumn("framed_ipv6_address", .address, "IPv6 address of his own.", shown: .onRequest),
        ListColumn("framed_ipv6_prefix", .prefix, "IPv6 prefix of the link.", shown: .onRequest),
        ListColumn("delegated_ipv6_prefix", .prefix, "IPv6 prefix delegated to him.", shown: .onRequest),
        ListColumn("next_service_id", .integer, "What he gets when he renews.", shown: .onRequest),
        ListColumn(
            "password_kind", .choice(["cleartext", "nt", "crypt", "md5", "sha", "ssha"]), "How the password is kept.",
            shown: .onRequest),
        ListColumn(
            "reply_attributes", .texts, "Sent beside the plan's.",
            sql: ListColumn.attributes("reply", of: "subscriber"), shown: .alone),
        ListColumn(
            "check_attributes", .texts, "Conditions of a login.", sql: ListColumn.attributes("check", of: "subscriber"),
            shown: .alone),
        ListColumn("updated_at", .time, "When it was changed last.", shown: .onRequest),
        ListColumn("version", .integer, "Raised by every change; for If-Match.", shown: .onRequest),
        ListColumn(
            "online_sessions", .integer, "Open sessions.",
            sql: "(SELECT count(*) FROM sessions_live l WHERE \(open))", shown: .onRequest),
    ]

    static let filters: [ListFilter] = [
        ListFilter("service", "Service by id.", .equals(sql: "r.service_id", .bigint)),
        ListFilter(
            "status", "Whether logins are let in.",
            .words([
                ("active", "r.is_active = true AND \(expiry) > now()"),
                ("expired", "r.is_active = true AND \(expiry) <= now()"),
                ("disabled", "r.is_active = false"),
            ])),
        ListFilter("is_active", "Switched on by an operator.", .equals(sql: "r.is_active", .bool)),
        ListFilter(
            "online", "Has an open session.",
            .condition(sql: "EXISTS (SELECT FROM sessions_live l WHERE \(open))")),
        ListFilter("reseller", "Sold by this reseller or one below him.", .reseller),
        ListFilter("expiry", "Time at which it ends.", .range(sql: expiry, .timestamptz)),
        ListFilter("created", "Time at which it was made.", .range(sql: "r.created_at", .timestamptz)),
        ListFilter("username", "The exact login name.", .equals(sql: "r.username", .text), isNarrow: true),
        ListFilter("id", "By id.", .equals(sql: "r.id", .bigint), isNarrow: true),
        ListFilter("mac", "MAC address.", .equals(sql: "r.mac_address", .macaddr), isNarrow: true),
        ListFilter("ip", "IPv4 address of his own.", .equals(sql: "r.static_ip", .inet), isNarrow: true),
        ListFilter("line", "Access line.", .equals(sql: "r.line_id", .text), isNarrow: true),
    ]
}
