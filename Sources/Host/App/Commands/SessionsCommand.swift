import Store

/// `tollkeeper sessions`: who is and was online.
enum SessionsCommand {
    static let group = CommandGroup(
        "sessions",
        options: Options(
            "who is online; with --all also who was",
            flags: [
                .value("user", "USER", "of one user name"), .value("nas", "NAS", "on one NAS"),
                .bool("all", "closed ones too"), .value("limit", "N", "at most so many (100)"),
            ],
            notes: "input is what came from the subscriber (upload), output what went to him, in octets.")
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select s.username, n.name as nas, s.state, s.record_kind as kind, s.framed_ip as ip, s.mac_address as mac,
                       s.acct_session_id as session, s.started_at, s.updated_at, s.session_seconds as seconds,
                       s.input_octets as input, s.output_octets as output, s.terminate_cause as ended_by
                  from \(parsed.has("all") ? "sessions" : "sessions_live") s left join nas_devices n on n.id = s.nas_id
                 where ($1::text is null or s.username = $1) and ($2::text is null or n.name = $2)
                   and ($3::bool or s.state <> 'closed')
                 order by s.started_at desc limit $4
                """,
                [
                    Parameter(parsed.value("user")), Parameter(parsed.value("nas")), .bool(parsed.has("all")),
                    .int(Int64(try parsed.integer("limit", 1...10_000_000) ?? 100)),
                ], environment)
        }
    }
}
