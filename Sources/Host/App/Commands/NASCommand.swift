import Control
import PluginAPI
import Store

/// `tollkeeper nas`: the routers that may ask.
enum NASCommand {
    static let group = CommandGroup(
        "nas", "the routers that may ask", verbs: [add, list, show, set, remove, unknown])

    private static let add = Verb(
        "add",
        options: Options(
            "register a NAS", positionals: ["NAME"],
            flags: [
                .value("ip", "ADDRESS", "where its packets come from; a network with --identifier", isRequired: true),
                .value("secret", "TEXT", "the shared secret, 6 to 100 characters", isRequired: true),
                .value("type", "mikrotik|generic", "how it speaks", isRequired: true),
            ] + flags,
            notes: "tollkeeper nas add core1 --ip 192.0.2.1 --secret … --type mikrotik")
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let extras = try database.attributes(parsed)
            let id = try database.records.addNAS(
                parsed.positionals[0], secret: parsed.value("secret") ?? "", try columns(parsed, database),
                replies: extras.replies, checks: extras.checks)
            environment.done("NAS \(parsed.positionals[0]) added", id: id)
        }
    }

    private static let list = Verb("list", options: Options("all NAS")) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select n.name, n.ip, n.dialect,
                       case when not n.is_active then 'disabled' when n.drain then 'draining' else 'active' end as state,
                       n.message_authenticator
                         || case when n.message_authenticator_latched_at is not null then ' (latched)' else '' end
                         as message_authenticator,
                       n.secret_sealed is not null as has_secret,
                       (select count(*) from sessions_live l where l.nas_id = n.id and l.state = 'live'
                           and l.record_kind = 'session') as sessions,
                       n.last_seen
                  from nas_devices n where n.deleted_at is null order by n.name
                """, [], environment)
        }
    }

    private static let show = Verb("show", options: Options("a NAS", positionals: ["NAME"])) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let id = try database.records.id(.nas, named: parsed.positionals[0])
            try database.showRecord("nas_devices", id, environment)
        }
    }

    private static let set = Verb(
        "set",
        options: Options(
            "change a NAS; in force within a second", positionals: ["NAME"],
            flags: [
                .value("ip", "ADDRESS", "where its packets come from"),
                .value("secret", "TEXT", "a new shared secret"),
                .bool("keep-old-secret", "accept the old secret too until the next change"),
                .value("type", "mikrotik|generic", "how it speaks"),
            ] + flags)
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let extras = try database.attributes(parsed)
            try database.records.setNAS(
                parsed.positionals[0], secret: parsed.value("secret"), keepsOldSecret: parsed.has("keep-old-secret"),
                try columns(parsed, database), replies: extras.replies, checks: extras.checks, unseal: database.open)
            environment.done("NAS \(parsed.positionals[0]) changed")
        }
    }

    private static let remove = Verb(
        "remove", options: Options("shut a NAS out for good; its history stays", positionals: ["NAME"])
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try database.records.removeNAS(parsed.positionals[0])
            environment.done("NAS \(parsed.positionals[0]) removed")
        }
    }

    private static let unknown = Verb(
        "unknown", options: Options("sources that asked and are no NAS of ours")
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select source, packets, first_seen, last_seen, nas_identifier, last_code from nas_unknown
                 order by last_seen desc
                """, [], environment)
        }
    }

    private static func columns(_ parsed: Parsed, _ database: CommandDatabase) throws -> Records.Fields {
        var fields = try nasFields.fields(parsed)
        if let type = parsed.value("type"), type == "mikrotik" { fields.append(("pack", .null)) }
        if let pack = parsed.value("pack") {
            guard parsed.value("type") != "mikrotik" else {
                throw CommandError.misused("--pack goes with --type generic")
            }
            fields.removeAll { $0.column == "pack" }
            fields.append(("pack", .text(pack)))
        }
        // Turning the policy back to auto also lets go of the latch.
        if parsed.value("message-authenticator") == "auto" {
            fields.append(("message_authenticator_latched_at", .null))
        }
        return fields
    }

    private static let flags: [Flag] =
        nasFields.filter { !["ip", "type"].contains($0.flag.name) }.map(\.flag) + [
            .value("pack", "NAME", "with type generic, the vendor pack: cisco, juniper, huawei, nokia, rfc"),
            .repeatable("reply", "'ATTRIBUTE = VALUE'", "a further reply attribute for all who log in here"),
            .repeatable("check", "'ATTRIBUTE == VALUE'", "a further condition of logins here"),
        ]

    private static let nasFields: [FieldFlag] = [
        FieldFlag("ip", "ADDRESS", "ip", .prefixOrAddress, "where its packets come from"),
        FieldFlag("type", "mikrotik|generic", "type", .choice(["mikrotik", "generic"]), "how it speaks"),
        FieldFlag(
            "identifier", "TEXT", "nas_identifier", .text, "the NAS-Identifier it sends, for several at one address"),
        FieldFlag("short-name", "TEXT", "short_name", .text, "for tight places"),
        FieldFlag("description", "TEXT", "description", .text, "free text"),
        FieldFlag("active", "on|off", "is_active", .onOff, "off shuts it out at once"),
        FieldFlag("drain", "on|off", "drain", .onOff, "on takes accounting and refuses logins"),
        FieldFlag("coa-port", "PORT", "coa_port", .number(1...65_535), "for CoA and Disconnect"),
        FieldFlag("realms", "A,B", "allowed_realms", .list, "realms that may log in; `none` for names without one"),
        FieldFlag(
            "message-authenticator", "require|auto|off", "message_authenticator", .choice(["require", "auto", "off"]),
            "auto requires it once it was seen"),
        FieldFlag("passwordless", "mac,line", "passwordless", .list, "logins without a password: by MAC, by line"),
        FieldFlag(
            "octets", "dialect|straight|swapped", "octets", .choice(["dialect", "straight", "swapped"]),
            "which way it counts"),
        FieldFlag(
            "service-profiles", "on|off", "service_profiles", .onOff, "answer its service-profile requests (ISG)"),
        FieldFlag("pools", "A,B", "subscriber_pools", .list, "the pools it owns"),
    ]
}
