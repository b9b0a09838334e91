import Glibc
import HTTP
import Store

/// `tollkeeper doctor`: looks at what `serve` needs, changes nothing, and says what is wrong.
enum DoctorCommand {
    static let group = CommandGroup("doctor", options: options, run)

    private static let options = Options(
        "check configuration, installation, data folder, key and database; tell open alarms",
        notes: "Changes nothing and starts nothing. Exit code 1 when something is wrong.")

    /// One thing looked at: what was found, or why it is wrong.
    private struct Finding {
        let name: String
        let isWell: Bool
        let text: String
    }

    private static func run(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        let findings = [
            finding("configuration") { configuration.config ?? "no file; variables and flags only" },
            finding("installation") { try installation(environment) },
            finding("data folder") { try dataFolder(configuration) },
            finding("key") { try key(configuration) },
            finding("database") { try database(configuration, environment) },
            finding("alarms") { try alarms(configuration) },
            finding("emergency") { try EmergencyReport.finding(configuration) },
        ]
        if environment.isJSON {
            environment.print(json(findings, configuration).text)
        } else {
            for finding in findings {
                environment.print("\(finding.isWell ? "ok   " : "WRONG") \(finding.name): \(finding.text)")
            }
            for warning in configuration.warnings { environment.print("note  \(warning)") }
        }
        return findings.allSatisfy(\.isWell) ? ExitCode.done : ExitCode.refused
    }

    private static func json(_ findings: [Finding], _ configuration: Configuration) -> JSON {
        let rows = findings.map {
            JSON.object([("name", .text($0.name)), ("ok", .bool($0.isWell)), ("text", .text($0.text))])
        }
        return .object([
            ("folder", .text(configuration.data)), ("auth_port", .count(configuration.authPort)),
            ("acct_port", .count(configuration.acctPort)), ("http_port", .count(configuration.httpPort)),
            ("web", .text(configuration.webAddress)), ("checks", .array(rows)),
            ("warnings", .array(configuration.warnings.map(JSON.text))),
        ])
    }

    private static func finding(_ name: String, _ look: () throws -> String) -> Finding {
        do {
            return Finding(name: name, isWell: true, text: try look())
        } catch {
            let error = error as? CommandError ?? .refused("\(error)")
            return Finding(
                name: name, isWell: false, text: [error.message, error.hint].compactMap(\.self).joined(separator: "; "))
        }
    }

    private static func installation(_ environment: Environment) throws -> String {
        let installation = try Installation(executable: environment.executable)
        for path in [installation.dictionary, installation.migrations, installation.plugins]
        where access(path, R_OK) != 0 { throw CommandError.refused("\(path) can't be read: \(FileText.reason())") }
        return environment.executable
    }

    private static func dataFolder(_ configuration: Configuration) throws -> String {
        guard access(configuration.data, W_OK) == 0 else {
            throw CommandError.refused(
                "\(configuration.data): \(FileText.reason())", hint: "`tollkeeper init` makes it")
        }
        let holder = DataFolderLock.holder(of: configuration.data)
        return configuration.data + (holder.map { ", in use by \($0)" } ?? ", not in use")
    }

    private static func key(_ configuration: Configuration) throws -> String {
        let key = try KeyFile(reading: DataFolder(configuration.data).key)
        return "\(key.path), keys: \(key.keyIDs.map(String.init).joined(separator: ", "))"
    }

    private static func database(_ configuration: Configuration, _ environment: Environment) throws -> String {
        if configuration.database == nil, PrivateCluster.running(dataFolder: configuration.data) == nil {
            return "the private PostgreSQL is stopped"
        }
        let settings = try ProcessDatabase.settings(configuration, name: "doctor")
        let connection = try Connection(settings)
        let installation = try Installation(executable: environment.executable)
        let missing = try Migrator(folder: installation.migrations).check(connection)
        guard missing.isEmpty else {
            throw CommandError.refused(
                "migrations are missing: \(missing.joined(separator: ", "))", hint: "`tollkeeper init` applies them")
        }
        try KeyStart.check(KeyFile(reading: DataFolder(configuration.data).key), connection)
        return "\(settings), up to date"
    }

    /// Open alarms are something wrong: each names what it is about and what to do.
    private static func alarms(_ configuration: Configuration) throws -> String {
        if configuration.database == nil, PrivateCluster.running(dataFolder: configuration.data) == nil {
            return "not looked at, the private PostgreSQL is stopped"
        }
        let connection = try Connection(try ProcessDatabase.settings(configuration, name: "doctor"))
        let open = try connection.query("select message from alarms where cleared_at is null order by raised_at")
        guard open.isEmpty else {
            throw CommandError.refused(open.map { $0.text(0) }.joined(separator: "; "))
        }
        return "none"
    }
}
