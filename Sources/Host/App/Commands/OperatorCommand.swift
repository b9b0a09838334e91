import Control
import Store

/// `tollkeeper operator`: who may manage this server. Also the way back in when nobody can sign in any more.
enum OperatorCommand {
    static let group = CommandGroup(
        "operator", "who may manage this server", verbs: [add, list, set, resetPassword, disable, resetSecondFactor])

    private static let add = Verb(
        "add",
        options: Options(
            "add an operator; prints a password that he must change", positionals: ["NAME"],
            flags: [
                .value("reseller", "NAME", "one of this reseller's people, instead of the house's"), passwordFile,
            ] + flags,
            notes: "tollkeeper operator add alice --role administrator")
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let identity = database.identity
            let reseller = try parsed.value("reseller").map { try identity.resellerID(named: $0) }
            let made = try identity.addOperator(
                OperatorDraft(
                    username: parsed.positionals[0], fullName: parsed.value("full-name"),
                    email: parsed.value("email"), resellerID: reseller,
                    roles: try parsed.values("role").map { try identity.roleID(named: $0, reseller: reseller) },
                    password: try password(parsed)),
                by: database.authority)
            environment.show(
                made.password, of: parsed.positionals[0], "operator \(parsed.positionals[0]) added", made.id)
        }
    }

    private static let list = Verb("list", options: Options("all operators")) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select o.username as name, o.full_name, r.name as reseller,
                       (select string_agg(g.name, ', ' order by g.name) from operator_roles j
                          join roles g on g.id = j.role_id where j.operator_id = o.id) as roles,
                       case when not o.is_active then 'disabled' when a.locked_until > now() then 'locked'
                            when o.must_change then 'new password' else 'active' end as state,
                       o.totp_confirmed_at is not null as second_factor, o.last_login_at
                  from operators o left join resellers r on r.id = o.reseller_id
                  left join login_attempts a on a.tenant_id = o.tenant_id and a.kind = 'operator'
                            and a.key = sha256(convert_to(o.username, 'UTF8'))
                 where o.deleted_at is null order by r.name nulls first, o.username
                """, [], environment)
        }
    }

    private static let set = Verb(
        "set",
        options: Options(
            "change an operator; in force within a second", positionals: ["NAME"],
            flags: [.value("active", "on|off", "off ends his sessions and tokens too")] + flags,
            notes: "An empty value clears a field. The roles given are all he has then; --role '' takes all.")
    ) { parsed, environment in
        try change(parsed, environment, "changed") { identity, id in
            let reseller = try identity.resellerID(ofOperator: id)
            let names = parsed.values("role")
            let roles = try names.filter { !$0.isEmpty }.map { try identity.roleID(named: $0, reseller: reseller) }
            var isActive: Bool?
            if let word = parsed.value("active") {
                guard ["on", "off"].contains(word) else { throw CommandError.misused("--active is on or off") }
                isActive = word == "on"
            }
            return OperatorChange(
                fullName: parsed.value("full-name"), email: parsed.value("email"), isActive: isActive,
                roles: names.isEmpty ? nil : roles)
        }
    }

    private static let disable = Verb(
        "disable",
        options: Options("shut an operator out at once; `set --active on` lets him in again", positionals: ["NAME"])
    ) { parsed, environment in
        try change(parsed, environment, "disabled") { _, _ in OperatorChange(isActive: false) }
    }

    private static let resetPassword = Verb(
        "reset-password",
        options: Options(
            "give an operator a new password, that he must change; ends his lock, sessions and tokens",
            positionals: ["NAME"], flags: [passwordFile])
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let name = parsed.positionals[0]
            let identity = database.identity
            let made = try identity.resetPassword(
                try identity.operatorID(named: name), to: try password(parsed), by: database.authority)
            environment.show(made, of: name, "operator \(name) has a new password")
        }
    }

    private static let resetSecondFactor = Verb(
        "reset-second-factor",
        options: Options("take the second factor of an operator who has lost it", positionals: ["NAME"])
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            let name = parsed.positionals[0]
            let identity = database.identity
            try identity.resetSecondFactor(try identity.operatorID(named: name), by: database.authority)
            environment.done("operator \(name) signs in by password alone")
        }
    }

    private static func change(
        _ parsed: Parsed, _ environment: Environment, _ done: String,
        _ change: (Identity, Int64) throws -> OperatorChange
    ) throws -> Int32 {
        try CommandDatabase.with(parsed, environment) { database in
            let name = parsed.positionals[0]
            let identity = database.identity
            let id = try identity.operatorID(named: name)
            try identity.changeOperator(id, try change(identity, id), by: database.authority)
            environment.done("operator \(name) \(done)")
        }
    }

    private static func password(_ parsed: Parsed) throws -> String? {
        guard let file = parsed.value("password-file") else { return nil }
        guard let text = try FileText.read(file == "-" ? "/dev/stdin" : file) else {
            throw CommandError.refused("there is no file \(file)")
        }
        return String(text.prefix { $0 != "\n" && $0 != "\r\n" })
    }

    private static let passwordFile = Flag.value(
        "password-file", "FILE|-", "its first line is the password; - reads it from standard input")

    private static let flags: [Flag] = [
        .value("full-name", "TEXT", "for people"), .value("email", "TEXT", "for people"),
        .repeatable("role", "NAME", "a role: administrator, operator, billing, read-only, reseller, or one of yours"),
    ]
}

extension CommandDatabase {
    /// The command line may do everything: whoever runs it can read the key file and write the database.
    var authority: Authority { .commandLine(Actor(CommandDatabase.actor(), source: "command line")) }
}

extension Environment {
    /// Says that a change was made, and the password that came of it, once.
    fileprivate func show(_ password: String?, of name: String, _ message: String, _ id: Int64? = nil) {
        guard let password else { return done(message, id: id) }
        if isJSON {
            let number = id.map { "\"id\":\($0)," } ?? ""
            print("{\"done\":true,\(number)\"one_time_password\":\"\(password)\"}")
        } else {
            print(message)
            print("one-time password \(password)")
        }
    }
}
