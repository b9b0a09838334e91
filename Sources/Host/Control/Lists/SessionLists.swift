extension ListSpec {
    /// Sessions that are open, and those closed less than a day ago with `state=closed`.
    ///
    /// In the order in which they came: no index may hold what an interim or a Stop changes (see migration 0008).
    package static let liveSessions = ListSpec(
        "sessions", .liveSession, columns: SessionList.columns + SessionList.live,
        filters: SessionList.filters + [
            ListFilter(
                "state", "live, suspect (silent, or its NAS restarted) or closed; without it, those that are open.",
                .words([
                    ("open", SessionList.open), ("live", "r.state = 'live'"), ("suspect", "r.state = 'suspect'"),
                    ("closed", "r.state = 'closed'"),
                ]))
        ],
        sorts: [
            ListSort("id", "bigint", descends: true), ListSort("acct_session_id", "text"), ListSort("username", "text"),
            ListSort("started", sql: "r.started_at", "timestamptz", isNullable: true, descends: true),
            ListSort("down", sql: "r.output_octets", "bigint", descends: true),
            ListSort("up", sql: "r.input_octets", "bigint", descends: true),
        ],
        fast: [ListPair("id"), ListPair(["nas"], "acct_session_id")],
        usually: (filter: "state", sql: SessionList.open), condition: "r.record_kind = 'session'")

    /// Any session, by its id.
    package static let session = ListSpec(
        "session", .session, columns: SessionList.columns + SessionList.live + SessionList.closed,
        sorts: [ListSort("id", "bigint")])

    /// Sessions that ended. Where a subscriber, user name or address is named, those of the last day are among them;
    /// otherwise the list begins a day ago, where closed sessions have come to rest.
    package static let sessionHistory = ListSpec(
        "session-history", .closedSession, columns: SessionList.columns + SessionList.closed,
        filters: SessionList.filters + [
            ListFilter("stopped", "Time at which it ended.", .range(sql: "r.stopped_at", .timestamptz)),
            ListFilter("started", "Time at which it began.", .range(sql: "r.started_at", .timestamptz)),
            ListFilter("cause", "Acct-Terminate-Cause.", .equals(sql: "r.terminate_cause", .text)),
        ],
        sorts: [
            ListSort("stopped", sql: "r.stopped_at", "timestamptz", descends: true),
            ListSort("started", sql: "r.started_at", "timestamptz", isNullable: true, descends: true),
            ListSort("down", sql: "r.output_octets", "bigint", descends: true),
            ListSort("up", sql: "r.input_octets", "bigint", descends: true),
        ],
        fast: [
            ListPair("stopped"), ListPair(["nas"], "stopped"), ListPair(["subscriber"], "stopped"),
            ListPair(["username"], "stopped"), ListPair(["ip"], "stopped"),
        ],
        elsewhere: (filters: ["subscriber", "username", "ip"], tables: ["sessions_live", "sessions_closed"]),
        condition: "r.record_kind = 'session' AND r.state = 'closed'")
}

private enum SessionList {
    static let open = "r.state <> 'closed'"

    static let columns: [ListColumn] = [
        ListColumn("id", .integer, "What other calls name it by."),
        ListColumn("username", .text, "As the router gave it."),
        ListColumn("subscriber_id", .integer, "Whose session it is."),
        ListColumn("nas_id", .integer, "The router."),
        ListColumn("nas", .text, "Its name.", sql: "(SELECT n.name FROM nas_devices n WHERE n.id = r.nas_id)"),
        ListColumn("acct_session_id", .text, "The router's own name for it."),
        ListColumn("framed_ip", .address, "IPv4 address that the router reports."),
        ListColumn("framed_ipv6_address", .address, "IPv6 address that the router reports."),
        ListColumn("framed_ipv6_prefix", .prefix, "IPv6 prefix of the link."),
        ListColumn("delegated_ipv6_prefix", .prefix, "IPv6 prefix delegated."),
        ListColumn("mac_address", .mac, "The subscriber's device."),
        ListColumn("nas_port_id", .text, "Port of the router."),
        ListColumn("started_at", .time, "When it began."),
        ListColumn("session_seconds", .integer, "How long it has lasted."),
        ListColumn("input_octets", .integer, "Bytes from the subscriber."),
        ListColumn("output_octets", .integer, "Bytes to the subscriber."),
        ListColumn("state", .choice(["live", "suspect", "closed"]), "suspect: silent, or its NAS restarted."),
        ListColumn("input_packets", .integer, "Packets from the subscriber.", shown: .onRequest),
        ListColumn("output_packets", .integer, "Packets to the subscriber.", shown: .onRequest),
        ListColumn("service_id", .integer, "Service it was let in with.", shown: .onRequest),
        ListColumn("tier", .integer, "Tier it was let in at.", sql: "r.tier_position", shown: .onRequest),
        ListColumn("calling_station_id", .text, "As the router gave it.", shown: .onRequest),
        ListColumn("called_station_id", .text, "As the router gave it.", shown: .onRequest),
        ListColumn("line_id", .text, "Access line.", shown: .onRequest),
        ListColumn("nas_ip", .address, "Address the packets came from.", shown: .onRequest),
        ListColumn("nas_identifier", .text, "NAS-Identifier.", shown: .onRequest),
        ListColumn("virtual_router", .text, "Routing instance on the router.", shown: .onRequest),
        ListColumn("nat_address", .address, "Address that others see it by.", shown: .onRequest),
        ListColumn("nat_port_from", .integer, "First port of it.", shown: .onRequest),
        ListColumn("nat_port_to", .integer, "Last port of it.", shown: .onRequest),
        ListColumn("login_at", .time, "When it was let in.", shown: .onRequest),
        ListColumn("counter_wraps", .integer, "32-bit counters that began anew.", shown: .onRequest),
        ListColumn("counter_resets", .integer, "Counters that the router reset.", shown: .onRequest),
        ListColumn("node", .text, "Server that wrote it.", shown: .onRequest),
    ]

    static let live: [ListColumn] = [
        ListColumn("updated_at", .time, "Last report."),
        ListColumn("suspect_since", .time, "Since when it is suspect."),
    ]

    static let closed: [ListColumn] = [
        ListColumn("stopped_at", .time, "When it ended."),
        ListColumn("terminate_cause", .text, "Acct-Terminate-Cause."),
    ]

    static let filters: [ListFilter] = [
        ListFilter("nas", "Router by id.", .equals(sql: "r.nas_id", .bigint)),
        ListFilter("subscriber", "Subscriber by id.", .equals(sql: "r.subscriber_id", .bigint)),
        ListFilter("username", "Exact user name.", .equals(sql: "r.username", .text)),
        ListFilter("ip", "Exact IPv4 address.", .equals(sql: "r.framed_ip", .inet)),
        ListFilter("reseller", "Of this reseller or one below him.", .reseller),
    ]
}
