import Control
import Glibc
import Store

/// `tollkeeper subscriber`: who may connect.
enum SubscriberCommand {
    static let group = CommandGroup(
        "subscriber", "who may connect", verbs: [add, list, show, set, remove, SubscriberImport.verb])

    private static let add = Verb(
        "add",
        options: Options(
            "add a subscriber", positionals: ["USER"], flags: passwordFlags + flags,
            notes: """
                tollkeeper subscriber add alice --password secret --service gold
                tollkeeper subscriber add line7 --line 'olt1 1/1/7:100' --passwordless on --service gold
                """)
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let extras = try database.attributes(parsed)
            let id = try database.records.addSubscriber(
                parsed.positionals[0], password: try password(parsed), try columns(parsed, database),
                replies: extras.replies, checks: extras.checks)
            environment.done("subscriber \(parsed.positionals[0]) added", id: id)
        }
    }

    private static let list = Verb(
        "list",
        options: Options(
            "subscribers, by name",
            flags: [
                .value("service", "NAME", "those of one service"), .value("search", "TEXT", "names that contain it"),
                .value("limit", "N", "at most so many (100)"),
            ])
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select u.username, s.name as service, u.tier_position as tier, u.is_active as active, u.expiry_date,
                       u.static_ip, u.mac_address as mac, u.password_kind,
                       (select count(*) from sessions_live l
                         where l.subscriber_id = u.id and l.stopped_at is null and l.state = 'live'
                           and l.record_kind = 'session') as online
                  from subscribers u left join services s on s.id = u.service_id
                 where u.deleted_at is null and ($1::text is null or s.name = $1)
                   and ($2::text is null or position($2 in u.username) > 0)
                 order by u.username limit $3
                """,
                [
                    Parameter(parsed.value("service")), Parameter(parsed.value("search")),
                    .int(Int64(try parsed.integer("limit", 1...10_000_000) ?? 100)),
                ], environment)
        }
    }

    private static let show = Verb("show", options: Options("a subscriber", positionals: ["USER"])) {
        parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let id = try database.records.id(.subscriber, named: parsed.positionals[0])
            try database.showRecord("subscribers", id, environment)
        }
    }

    private static let set = Verb(
        "set",
        options: Options(
            "change a subscriber; in force within a second", positionals: ["USER"], flags: passwordFlags + flags,
            notes: "An empty value clears a field: --static-ip ''")
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let extras = try database.attributes(parsed)
            try database.records.setSubscriber(
                parsed.positionals[0], password: try password(parsed), try columns(parsed, database),
                replies: extras.replies, checks: extras.checks)
            environment.done("subscriber \(parsed.positionals[0]) changed")
        }
    }

    private static let remove = Verb(
        "remove", options: Options("remove a subscriber; its history stays", positionals: ["USER"])
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try database.records.removeSubscriber(parsed.positionals[0])
            environment.done("subscriber \(parsed.positionals[0]) removed")
        }
    }

    private static func columns(_ parsed: Parsed, _ database: CommandDatabase) throws -> Records.Fields {
        var fields = try subscriberFields.fields(parsed)
        if let name = parsed.value("service") {
            fields.append(("service_id", .int(try database.records.id(.service, named: name))))
        }
        // A MAC that is given binds, unless it is said otherwise or is there to log in by.
        if let mac = parsed.value("mac"), !mac.isEmpty, parsed.value("mac-binding") == nil,
            parsed.value("passwordless") != "on"
        {
            fields.append(("mac_binding", .text("bound")))
        }
        return fields
    }

    private static func password(_ parsed: Parsed) throws -> SubscriberPassword? {
        let kind = parsed.value("password-kind") ?? "cleartext"
        if let text = parsed.value("password") { return try SubscriberPassword(text, kind: kind) }
        guard let file = parsed.value("password-file") else { return nil }
        guard let text = try FileText.read(file == "-" ? "/dev/stdin" : file) else {
            throw CommandError.refused("there is no file \(file)")
        }
        return try SubscriberPassword(String(text.prefix { $0 != "\n" && $0 != "\r\n" }), kind: kind)
    }

    private static let passwordFlags: [Flag] = [
        .value("password", "TEXT", "the password; others on this machine may see it while the command runs"),
        .value("password-file", "FILE|-", "its first line is the password; - reads it from standard input"),
        .value("password-kind", "KIND", "cleartext, nt, crypt, md5, sha or ssha"),
    ]

    private static let flags: [Flag] =
        subscriberFields.map(\.flag) + [
            .value("service", "NAME", "what it buys"),
            .repeatable("reply", "'ATTRIBUTE = VALUE'", "a further reply attribute (:= replaces, += adds)"),
            .repeatable("check", "'ATTRIBUTE == VALUE'", "a further condition of a login"),
        ]

    private static let subscriberFields: [FieldFlag] = [
        FieldFlag("static-ip", "ADDRESS", "static_ip", .address, "its own IPv4 address"),
        FieldFlag("ipv6", "ADDRESS", "framed_ipv6_address", .address, "its own IPv6 address"),
        FieldFlag("ipv6-prefix", "PREFIX", "framed_ipv6_prefix", .prefix, "its own prefix on the link"),
        FieldFlag("delegated-prefix", "PREFIX", "delegated_ipv6_prefix", .prefix, "its own routed prefix"),
        FieldFlag("interface-id", "HEX", "framed_interface_id", .interfaceID, "its IPv6 interface id"),
        FieldFlag("mac", "MAC", "mac_address", .mac, "its device"),
        FieldFlag(
            "mac-binding", "off|learn|bound", "mac_binding", .choice(["off", "learn", "bound"]),
            "learn binds to the first device"),
        FieldFlag("line", "TEXT", "line_id", .text, "its circuit-id, remote-id or NAS-Port-Id"),
        FieldFlag("passwordless", "on|off", "passwordless", .onOff, "may log in by MAC or line alone"),
        FieldFlag("expires", "TIME", "expiry_date", .time, "2026-12-31, +30d or never"),
        FieldFlag("active", "on|off", "is_active", .onOff, "off refuses it"),
        FieldFlag("tier", "N", "tier_position", .number(0...1000), "the tier in force: 0 is normal"),
        FieldFlag("session-limit", "N", "session_limit", .number(0...10_000), "instead of the service's"),
        FieldFlag("full-name", "TEXT", "full_name", .text, "for people"),
    ]
}
