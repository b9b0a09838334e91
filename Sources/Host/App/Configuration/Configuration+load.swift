import Glibc

extension Configuration {
    static let defaultFile = "/etc/tollkeeper/tollkeeper.conf"

    /// Reads file, variables and flags. Throws `.refused` naming the place and the key for an unknown key or a wrong
    /// value in file or variables, `.misused` for a wrong flag.
    init(_ flags: Parsed, _ environment: Environment) throws {
        let variables = environment.variables
        data = try Configuration.defaultData(variables)
        let given = flags.value(Setting.config.rawValue) ?? variables[Setting.config.variable]
        try readFile(given.map(Configuration.absolute))
        let known = Set(Setting.allCases.map(\.variable))
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) where name.hasPrefix("TOLLKEEPER_") {
            if let setting = Setting.allCases.first(where: { $0.variable == name }) {
                try set(setting, value) { .refused("variable \(name): \($0)") }
            } else if !known.contains(name) {
                // Not an error: container platforms make variables of the names of services.
                warnings.append("the variable \(name) is not one of ours")
            }
        }
        for setting in Setting.allCases {
            guard let value = flags.value(setting.rawValue) else { continue }
            try set(setting, value) { .misused("--\(setting.rawValue): \($0)") }
        }
        try checkPorts()
        try checkWebhook()
    }

    private mutating func readFile(_ given: String?) throws {
        let path = given ?? Configuration.defaultFile
        guard let text = try FileText.read(path) else {
            if given == nil { return }
            throw CommandError.refused("the configuration file \(path) is not there")
        }
        config = path
        let file = try ConfigurationFile(name: path, text: text)
        for entry in file.entries {
            let place = "\(path) line \(entry.line)"
            if try readPluginSetting(entry, place) { continue }
            guard let setting = Setting(rawValue: entry.key), setting != .config else {
                let near = Spelling.nearest(entry.key, in: Setting.allCases.map(\.rawValue))
                let hint = near.map { "did you mean `\($0)`?" }
                throw CommandError.refused("\(place): there is no key `\(entry.key)`", hint: hint)
            }
            try set(setting, entry.value) { .refused("\(place): \(entry.key): \($0)") }
        }
    }

    private mutating func readPluginSetting(_ entry: ConfigurationFile.Entry, _ place: String) throws -> Bool {
        guard entry.key.hasPrefix("plugin.") else { return false }
        let parts = entry.key.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[1].isEmpty, !parts[2].isEmpty else {
            throw CommandError.refused("\(place): `\(entry.key)` is not `plugin.ID.NAME`")
        }
        pluginSettings[parts[1], default: [:]][parts[2]] = entry.value
        return true
    }

    private mutating func checkPorts() throws {
        if authPort == acctPort, authPort != 0 {
            throw CommandError.refused("auth-port and acct-port are both \(authPort)")
        }
        if httpsPort == httpPort { throw CommandError.refused("http-port and https-port are both \(httpPort)") }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw CommandError.refused(
                "\(tlsKey == nil ? "tls-certificate" : "tls-key") is set without its other half",
                hint: "name both tls-certificate and tls-key, or neither")
        }
    }

    /// A webhook that nobody could tell from a forged one is not sent.
    private func checkWebhook() throws {
        guard alarmWebhook != nil, alarmWebhookSecretFile == nil else { return }
        throw CommandError.refused(
            "alarm-webhook is set without alarm-webhook-secret-file",
            hint: "put a random secret into a file: `openssl rand -hex 32 > FILE`")
    }

    private static func defaultData(_ variables: [String: String]) throws -> String {
        if geteuid() == 0 { return "/var/lib/tollkeeper" }
        if let folder = variables["XDG_DATA_HOME"], folder.hasPrefix("/") { return folder + "/tollkeeper" }
        guard let home = variables["HOME"], home.hasPrefix("/") else { return absolute("tollkeeper-data") }
        return home + "/.local/share/tollkeeper"
    }

    /// The path from the root; relative ones are from the folder the command was started in.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
