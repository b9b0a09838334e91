extension ListSpec {
    /// Routers (rows 120 to 147). Secrets are never read.
    package static let nas = ListSpec(
        "nas", .nas, columns: NASList.columns,
        filters: [
            ListFilter("type", "Which dialect speaks to it.", .equals(sql: "r.type", .text)),
            ListFilter("is_active", "Packets are taken.", .equals(sql: "r.is_active", .bool)),
            ListFilter(
                "status", "By its last verified packet.",
                .words(NASList.states.map { (word: $0, sql: "\(NASList.status) = '\($0)'") })),
            ListFilter("ip", "Source address, or inside this network.", .within(sql: "r.ip")),
            ListFilter("name", "Beginning of the name.", .prefix(sql: "r.name")),
        ],
        sorts: [
            ListSort("name", "text"), ListSort("ip", "inet"), ListSort("id", "bigint"),
            ListSort("last_seen", "timestamptz", isNullable: true, descends: true),
        ],
        search: ListSearch(
            sql:
                "lower(r.name || ' ' || coalesce(r.short_name, '') || ' ' || host(r.ip) || ' ' || coalesce(r.description, ''))",
            exact: "r.name"),
        isSmall: true)

    /// Sources that asked and are no NAS of ours.
    package static let unknownSources = ListSpec(
        "unknown-sources", .unknownSource,
        columns: [
            ListColumn("source", .address, "Address it asked from."),
            ListColumn("packets", .integer, "How many came."),
            ListColumn("first_seen", .time, "When the first came."),
            ListColumn("last_seen", .time, "When the last came."),
            ListColumn("nas_identifier", .text, "NAS-Identifier it gave."),
            ListColumn("last_code", .integer, "RADIUS code of the last packet."),
        ],
        filters: [ListFilter("source", "Inside this network.", .within(sql: "r.source"))],
        sorts: [
            ListSort("last_seen", "timestamptz", descends: true), ListSort("packets", "bigint", descends: true),
            ListSort("source", "inet"),
        ],
        isSmall: true)
}

private enum NASList {
    static let states = ["up", "suspect", "down", "never", "off"]
    /// C35: any verified packet counts; a NAS that reports every ten minutes misses one report before it is suspect.
    static let status = """
        CASE WHEN NOT r.is_active THEN 'off' WHEN r.last_seen IS NULL THEN 'never'
             WHEN r.last_seen > now() - interval '15 minutes' THEN 'up'
             WHEN r.last_seen > now() - interval '45 minutes' THEN 'suspect' ELSE 'down' END
        """
    private static let open = "l.nas_id = r.id AND l.record_kind = 'session' AND l.state <> 'closed'"

    static let columns: [ListColumn] = [
        ListColumn("id", .integer, "What other calls name it by."),
        ListColumn("name", .text, "Display name."),
        ListColumn("short_name", .text, "For tight places."),
        ListColumn("ip", .prefix, "Address, or network, that it sends RADIUS packets from.", sql: "r.ip"),
        ListColumn("nas_identifier", .text, "Tells routers behind one address apart."),
        ListColumn("type", .choice(["mikrotik", "generic"]), "Which dialect speaks to it."),
        ListColumn("pack", .text, "Vendor pack of a generic one."),
        ListColumn("description", .text, "Free text."),
        ListColumn(
            "status", .choice(states), "By its last verified packet: up to 15 minutes up, to 45 suspect.", sql: status),
        ListColumn("is_active", .bool, "Packets are taken."),
        ListColumn("drain", .bool, "Accounting is taken, logins are not."),
        ListColumn("has_secret", .bool, "A RADIUS secret is set.", sql: "r.secret_sealed IS NOT NULL"),
        ListColumn(
            "has_previous_secret", .bool, "The secret before is accepted beside it.",
            sql: "r.previous_secret_sealed IS NOT NULL"),
        ListColumn(
            "has_api_password", .bool, "A password for its API is set.", sql: "r.api_password_sealed IS NOT NULL"),
        ListColumn("last_seen", .time, "Last verified packet."),
        ListColumn("secret_changed_at", .time, "When the secret was last changed.", shown: .onRequest),
        ListColumn("secret_seen_at", .time, "Last packet that the current secret proved.", shown: .onRequest),
        ListColumn(
            "previous_secret_seen_at", .time,
            "Last packet that the secret before proved: old or none, the router has the new one.",
            shown: .onRequest),
        ListColumn(
            "active_sessions", .integer, "Open sessions on it.",
            sql: "(SELECT count(*) FROM sessions_live l WHERE \(open) AND :seen(l))", shown: .onRequest),
        ListColumn(
            "total_users", .integer, "Subscribers whose service names it as its NAS.",
            sql: """
                (SELECT count(*) FROM services v JOIN subscribers s ON s.service_id = v.id AND s.deleted_at IS NULL
                  WHERE v.default_nas_id = r.id AND :seen(s))
                """, shown: .alone),
        ListColumn("auth_port", .integer, "Where it sends logins.", shown: .onRequest),
        ListColumn("acct_port", .integer, "Where it sends accounting.", shown: .onRequest),
        ListColumn("coa_port", .integer, "Where it takes CoA; null: its dialect's.", shown: .onRequest),
        ListColumn("api_username", .text, "For its API.", shown: .onRequest),
        ListColumn("api_port", .integer, "Of its API.", shown: .onRequest),
        ListColumn("api_ssl_port", .integer, "Of its API over TLS.", shown: .onRequest),
        ListColumn("use_ssl", .bool, "Its API is spoken to over TLS.", shown: .onRequest),
        ListColumn("subscriber_pools", .texts, "Names of its address pools.", shown: .onRequest),
        ListColumn("allowed_realms", .texts, "Realms it may ask for; none: any.", shown: .onRequest),
        ListColumn(
            "message_authenticator", .choice(["require", "auto", "off"]), "Whether logins must carry one.",
            shown: .onRequest),
        ListColumn("message_authenticator_latched_at", .time, "Since when auto demands it.", shown: .onRequest),
        ListColumn("passwordless", .texts, "Logins without a password it may ask for.", shown: .onRequest),
        ListColumn(
            "octets", .choice(["dialect", "straight", "swapped"]), "Which way octets count.", shown: .onRequest),
        ListColumn("routing_domain", .text, "Where its addresses are unique.", shown: .onRequest),
        ListColumn("created_at", .time, "When it was made.", shown: .onRequest),
        ListColumn("updated_at", .time, "When it was changed last.", shown: .onRequest),
        ListColumn("service_profiles", .bool, "It downloads profiles of services by name.", shown: .onRequest),
        ListColumn(
            "reply_attributes", .texts, "Sent beside the plan's.", sql: ListColumn.attributes("reply", of: "nas"),
            shown: .alone),
        ListColumn(
            "check_attributes", .texts, "Conditions of a login.", sql: ListColumn.attributes("check", of: "nas"),
            shown: .alone),
        ListColumn("version", .integer, "Raised by every change; for If-Match.", shown: .onRequest),
    ]
}
