import AAA
import Control
import Dictionary
import Glibc
import Log
import Store

/// What a command works on: the database of the running server, or, when it is stopped, one started for the call.
struct CommandDatabase {
    let connection: Connection
    let records: Records
    private let key: KeyFile
    private let dictionaryFile: String

    /// Runs a command; a private PostgreSQL that had to be started is stopped after it. Gives the exit code.
    static func with(
        _ parsed: Parsed, _ environment: Environment, _ body: (CommandDatabase) throws -> Void
    ) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        let installation = try Installation(executable: environment.executable)
        do {
            if let settings = try running(configuration) {
                let key = try KeyFile(reading: DataFolder(configuration.data).key)
                try body(try CommandDatabase(settings, key, configuration, installation))
            } else {
                try withStarted(configuration, installation, body)
            }
        } catch let refusal as RecordRefusal {
            throw CommandError.refused(refusal.message, hint: refusal.hint, code: refusal.code)
        }
        return ExitCode.done
    }

    private static func running(_ configuration: Configuration) throws -> ConnectionSettings? {
        if let url = configuration.database { return try ConnectionSettings(url: url) }
        return PrivateCluster.running(dataFolder: configuration.data)
    }

    private static func withStarted(
        _ configuration: Configuration, _ installation: Installation, _ body: (CommandDatabase) throws -> Void
    ) throws {
        let folder = DataFolder(configuration.data)
        // A mistyped folder must not become a new server.
        guard access(folder.path + "/postgresql/PG_VERSION", F_OK) == 0 else {
            throw CommandError.refused(
                "there is no Tollkeeper in \(folder.path)",
                hint: "name its folder with --data, or make one with `tollkeeper init`", code: "no_data")
        }
        try folder.prepare()
        let lock = try folder.lock("a `tollkeeper` command")
        defer { withExtendedLifetime(lock) {} }
        let ready = try ReadyDatabase.open(configuration, installation, Log(part: "command", level: .warning))
        defer { ready.stop() }
        if let password = ready.firstPassword {
            Log(part: "command", level: .warning).warning(
                "the first administrator was made: user \(FirstAdministrator.username), one-time password \(password)")
        }
        try body(try CommandDatabase(ready.settings, ready.key, configuration, installation))
    }

    private init(
        _ settings: ConnectionSettings, _ key: KeyFile, _ configuration: Configuration, _ installation: Installation
    ) throws {
        connection = try Connection(settings)
        self.key = key
        dictionaryFile = configuration.dictionary ?? installation.dictionary
        records = Records(connection, actor: Actor(CommandDatabase.actor(), source: "command line")) {
            key.seal.seal($0, for: $1)
        }
    }

    /// Opens a sealed value.
    func open(_ sealed: [UInt8], _ place: String) throws -> [UInt8] { try key.seal.open(sealed, for: place) }

    var identity: Identity { Identity(connection, box: SecretBox(key.seal)) }

    var secretVault: SecretVault { SecretVault { [seal = key.seal] in try seal.open($0, for: $1) } }

    /// The dictionaries; read when a command needs them.
    func dictionary() throws -> AttributeDictionary { try AttributeDictionary.load(file: dictionaryFile) }

    /// The --reply and --check flags of a command, checked by the dictionary; nil where there are none.
    func attributes(_ parsed: Parsed) throws -> (replies: [AttributeRecord]?, checks: [AttributeRecord]?) {
        let (replies, checks) = (parsed.values("reply"), parsed.values("check"))
        if replies.isEmpty, checks.isEmpty { return (nil, nil) }
        let dictionary = try dictionary()
        // One empty value clears them all.
        let read = { (texts: [String], isReply: Bool) throws -> [AttributeRecord]? in
            if texts.isEmpty { return nil }
            return try texts.filter { !$0.isEmpty }.map { try AttributeRecord($0, isReply: isReply, dictionary) }
        }
        return (try read(replies, true), try read(checks, false))
    }

    /// The user of the operating system, for the audit log.
    static func actor() -> String {
        let name = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
        let caller = getenv("SUDO_USER").map { String(cString: $0) }
        return "os:" + (caller.map { "\($0) (as \(name))" } ?? name)
    }
}

extension CommandDatabase {
    /// One row, a field a line; secrets only as whether they are there.
    func showRecord(_ table: String, _ id: Int64, _ environment: Environment) throws {
        let secrets = ["password_sealed", "secret_sealed", "previous_secret_sealed", "api_password_sealed"]
        let rows = try connection.query(
            """
            select (to_jsonb(r) - $2::text[] || coalesce((
                     select jsonb_object_agg('has_' || replace(key, '_sealed', ''), value <> 'null'::jsonb)
                       from jsonb_each(to_jsonb(r)) where key = any($2)), '{}'))::text
              from \(table) r where id = $1
            """, [.int(id), .textArray(secrets)])
        guard let json = rows.first?.optionalText(0) else { return }
        if environment.isJSON { return environment.print(try withParts(json, table, id)) }
        let fields = try connection.query(
            "select key, coalesce(value, '') from jsonb_each_text($1::jsonb) order by key", [.text(json)])
        for field in fields { environment.print("\(field.text(0)): \(field.text(1))") }
        let attributes = try connection.query(
            """
            select 'reply' as kind, attribute, op, value from reply_attributes where owner = $1 and owner_id = $2
            union all
            select 'check', attribute, op, value from check_attributes where owner = $1 and owner_id = $2
            """, [.text(CommandDatabase.owner(of: table)), .int(id)])
        for row in attributes {
            environment.print("\(row.text(0)): \(row.text(1)) \(row.text(2)) \(row.text(3))")
        }
    }

    /// The row's JSON with its attributes, and a service's tiers.
    private func withParts(_ json: String, _ table: String, _ id: Int64) throws -> String {
        let attributes = { (table: String) in
            """
            coalesce((select jsonb_agg(attribute || ' ' || op || ' ' || value order by position)
                        from \(table) where owner = $2 and owner_id = $3), '[]')
            """
        }
        let tiers = """
            jsonb_build_object('tiers', (select jsonb_agg(to_jsonb(t) - '{tenant_id,service_id}'::text[] order by position)
                                           from service_tiers t where service_id = $3))
            """
        let rows = try connection.query(
            """
            select ($1::jsonb || jsonb_build_object(
                     'reply', \(attributes("reply_attributes")), 'check', \(attributes("check_attributes")))
                   \(table == "services" ? "|| " + tiers : ""))::text
            """, [.text(json), .text(CommandDatabase.owner(of: table)), .int(id)])
        return rows.first?.optionalText(0) ?? json
    }

    private static func owner(of table: String) -> String {
        ["services": "service", "nas_devices": "nas", "subscribers": "subscriber"][table] ?? table
    }
}

extension Environment {
    /// Says that a change was made.
    func done(_ message: String, id: Int64? = nil) {
        if isJSON {
            print("{\"done\":true" + (id.map { ",\"id\":\($0)" } ?? "") + "}")
        } else {
            print(message)
        }
    }
}
