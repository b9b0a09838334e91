import Control
import Dictionary
import Store

/// `tollkeeper service`: what is sold.
enum ServiceCommand {
    static let group = CommandGroup(
        "service", "what is sold: speeds, pools, tiers", verbs: [add, list, show, set, remove])

    private static let add = Verb(
        "add",
        options: Options(
            "add a service with its normal tier and, after each --tier, a further one", positionals: ["NAME"],
            flags: flags,
            notes: """
                tollkeeper service add gold --down 100M --up 20M --pool customers --filter-id gold \\
                  --tier FUP1 --down 10M --up 2M --filter-id gold-fup1
                --down is towards the subscriber, --up from him.
                """)
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let (whole, parts) = parsed.parts(startingAt: "tier")
            let normal = TierDraft(name: "normal", fields: try tierFields.fields(whole))
            let tiers = try parts.map { TierDraft(name: $0.name, fields: try tierFields.fields($0.flags)) }
            let extras = try database.attributes(parsed)
            let id = try database.records.addService(
                parsed.positionals[0], try columns(whole, database), tiers: [normal] + tiers, replies: extras.replies,
                checks: extras.checks)
            environment.done("service \(parsed.positionals[0]) added", id: id)
        }
    }

    private static let list = Verb("list", options: Options("all services")) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select s.name, t.name as tier, t.down_bps as down, t.up_bps as up,
                       coalesce(t.pool_name, s.pool_name) as pool, t.filter_id, s.session_limit, s.is_active as active
                  from services s join service_tiers t on t.service_id = s.id where s.archived_at is null
                 order by s.name, t.position
                """, [], environment)
        }
    }

    private static let show = Verb(
        "show", options: Options("a service, its tiers, and what each dialect makes of them", positionals: ["NAME"])
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let id = try database.records.id(.service, named: parsed.positionals[0])
            try database.showRecord("services", id, environment)
            if environment.isJSON { return }
            try TextTable.show(
                database.connection,
                "select * from service_tiers where service_id = $1 order by position", [.int(id)], environment)
            try TextTable.show(
                database.connection,
                """
                select tier_position as tier, dialect, coalesce(problem, 'ready') as reply from compiled_replies
                 where service_id = $1 order by 1, 2
                """, [.int(id)], environment)
        }
    }

    private static let set = Verb(
        "set",
        options: Options(
            "change a service; --tier NAME changes that tier or adds it behind", positionals: ["NAME"], flags: flags)
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let (whole, parts) = parsed.parts(startingAt: "tier")
            let tiers = try parts.map { TierDraft(name: $0.name, fields: try tierFields.fields($0.flags)) }
            let extras = try database.attributes(parsed)
            try database.records.setService(
                parsed.positionals[0], try columns(whole, database), normal: try tierFields.fields(whole), tiers: tiers,
                replies: extras.replies, checks: extras.checks)
            environment.done("service \(parsed.positionals[0]) changed")
        }
    }

    private static let remove = Verb(
        "remove", options: Options("archive a service that nobody has", positionals: ["NAME"])
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try database.records.removeService(parsed.positionals[0])
            environment.done("service \(parsed.positionals[0]) removed")
        }
    }

    private static func columns(_ parsed: Parsed, _ database: CommandDatabase) throws -> Records.Fields {
        var fields = try serviceFields.fields(parsed)
        if let name = parsed.value("default-nas") {
            fields.append(("default_nas_id", .int(try database.records.id(.nas, named: name))))
        }
        let parameters = parsed.values("parameter")
        if !parameters.isEmpty { fields.append(("parameters", .text(try ParameterText.json(parameters)))) }
        return fields
    }

    private static let flags: [Flag] =
        serviceFields.map(\.flag) + [
            .value("default-nas", "NAS", "the NAS its subscribers use"),
            .repeatable("parameter", "NAME=VALUE", "a vendor pack's own term: sla-profile=gold"),
            .repeatable("reply", "'ATTRIBUTE = VALUE'", "a further reply attribute (:= replaces, += adds)"),
            .repeatable("check", "'ATTRIBUTE == VALUE'", "a further condition of a login"),
            .repeatable("tier", "NAME", "what follows describes this tier: FUP1, FUP2 …"),
        ] + tierFields.map(\.flag)

    private static let serviceFields: [FieldFlag] = [
        FieldFlag("ipv6-pool", "NAME", "ipv6_pool", .text, "the NAS' IPv6 prefix pool"),
        FieldFlag("delegated-ipv6-pool", "NAME", "delegated_ipv6_pool", .text, "the NAS' pool for delegated prefixes"),
        FieldFlag("session-limit", "N", "session_limit", .number(0...10_000), "sessions at one time; 0 for any number"),
        FieldFlag("idle-timeout", "SECONDS", "idle_timeout", .number(0...31_536_000), "end an idle session"),
        FieldFlag("active", "on|off", "is_active", .onOff, "off refuses its subscribers"),
        FieldFlag("show-reject-reason", "on|off", "show_reject_reason", .onOff, "tell a refused user why"),
    ]

    /// Columns of `service_tiers`; before the first --tier they describe the normal one.
    private static let tierFields: [FieldFlag] = [
        tier("down", "RATE", "down_bps", .rate, "towards the subscriber: 20M"),
        tier("up", "RATE", "up_bps", .rate, "from the subscriber: 5M"),
        tier("burst-down", "RATE", "down_burst_bps", .rate, "burst rate"),
        tier("burst-up", "RATE", "up_burst_bps", .rate, "burst rate"),
        tier("burst-threshold-down", "RATE", "down_burst_threshold_bps", .rate, "average below which bursting is on"),
        tier("burst-threshold-up", "RATE", "up_burst_threshold_bps", .rate, "average below which bursting is on"),
        tier("burst-time-down", "SECONDS", "down_burst_seconds", .number(1...3600), "time of that average"),
        tier("burst-time-up", "SECONDS", "up_burst_seconds", .number(1...3600), "time of that average"),
        tier("min-down", "RATE", "down_min_bps", .rate, "guaranteed rate"),
        tier("min-up", "RATE", "up_min_bps", .rate, "guaranteed rate"),
        tier("priority", "1…8", "priority", .number(1...8), "of the queue, 1 first"),
        tier("pool", "NAME", "pool_name", .text, "the NAS' address pool"),
        tier("filter-id", "NAME", "filter_id", .text, "a policy set up on the NAS"),
        tier("group", "NAME", "group_name", .text, "the NAS' user group or profile"),
        tier("address-list", "NAME", "address_list", .text, "the NAS' firewall address list"),
    ]

    private static func tier(
        _ name: String, _ what: String, _ column: String, _ shape: FieldFlag.Shape, _ meaning: String
    ) -> FieldFlag {
        FieldFlag(name, what, column, shape, meaning, isTier: true)
    }
}
