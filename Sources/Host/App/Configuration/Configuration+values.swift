import Log
import PluginAPI

extension Configuration {
    /// Sets one key from its text. `failure` makes the error of a reason: it knows where the text stood.
    mutating func set(_ setting: Setting, _ text: String, failure: (String) -> CommandError) throws {
        switch setting {
        case .authPort: authPort = try Configuration.port(text, failure)
        case .acctPort: acctPort = try Configuration.port(text, failure)
        case .httpPort:
            httpPort = try Configuration.port(text, failure)
            httpPortIsGiven = true
        case .httpsPort: httpsChoice = text == "off" ? .off : .port(try Configuration.port(text, failure))
        case .tlsCertificate: tlsCertificate = Configuration.absolute(try Configuration.filled(text, failure))
        case .tlsKey: tlsKey = Configuration.absolute(try Configuration.filled(text, failure))
        case .trustedProxies: trustedProxies = try Configuration.prefixes(text, failure)
        case .listen:
            listen = try Configuration.addresses(text, failure)
            listenIsGiven = true
        case .data: data = Configuration.absolute(try Configuration.filled(text, failure))
        case .database: database = try Configuration.databaseURL(text, failure)
        case .plugins: plugins = Configuration.absolute(try Configuration.filled(text, failure))
        case .dictionary: dictionary = Configuration.absolute(try Configuration.filled(text, failure))
        case .authThreads: authThreads = try Configuration.threads(text, failure)
        case .apiRate: apiRate = try Configuration.rate(text, failure)
        case .eventStreams: eventStreams = try Configuration.streams(text, failure)
        case .journalLimit: journalLimit = try Configuration.size(text, failure)
        case .journalAhead: journalAhead = try Configuration.records(text, failure)
        case .logLevel: logLevel = try Configuration.level(text, failure)
        case .logFormat: logFormat = try Configuration.format(text, failure)
        case .alarmWebhook: alarmWebhook = try Configuration.webhook(text, failure)
        case .alarmWebhookSecretFile:
            alarmWebhookSecretFile = Configuration.absolute(try Configuration.filled(text, failure))
        case .alarmSyslog: alarmSyslog = try Configuration.syslog(text, failure)
        case .config: config = Configuration.absolute(try Configuration.filled(text, failure))
        }
    }

    private static func port(_ text: String, _ failure: (String) -> CommandError) throws -> UInt16 {
        guard let port = UInt16(text), !text.hasPrefix("+"), port > 0 else {
            throw failure("`\(text)` is not a port, 1 to 65535")
        }
        return port
    }

    private static func threads(_ text: String, _ failure: (String) -> CommandError) throws -> Int {
        guard let count = Int(text), (1...64).contains(count) else {
            throw failure("`\(text)` is not a number of threads, 1 to 64")
        }
        return count
    }

    private static func rate(_ text: String, _ failure: (String) -> CommandError) throws -> Int {
        guard let count = Int(text), (60...100_000_000).contains(count) else {
            throw failure("`\(text)` is not a number of requests a minute, 60 to 100000000")
        }
        return count
    }

    private static func streams(_ text: String, _ failure: (String) -> CommandError) throws -> Int {
        guard let count = Int(text), !text.hasPrefix("+"), (1...1_000_000).contains(count) else {
            throw failure("`\(text)` is not a number of event streams, 1 to 1000000")
        }
        return count
    }

    private static func records(_ text: String, _ failure: (String) -> CommandError) throws -> Int {
        guard let count = Int(text), !text.hasPrefix("+"), (0...20_000).contains(count) else {
            throw failure("`\(text)` is not a number of records, 0 to 20000")
        }
        return count
    }

    /// Bytes, or with K, M or G behind it 1024 of the unit before.
    private static func size(_ text: String, _ failure: (String) -> CommandError) throws -> Int {
        let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
        let shift = text.last.flatMap { shifts[$0] }
        guard let number = Int(shift == nil ? text[...] : text.dropLast()), number > 0, number <= 1 << 40,
            case let bytes = number << (shift ?? 0), bytes >= 64 << 20, bytes <= 1 << 50
        else { throw failure("`\(text)` is not a size of 64M or more, such as 500M or 2G") }
        return bytes
    }

    private static func addresses(_ text: String, _ failure: (String) -> CommandError) throws -> [IPAddress] {
        var addresses: [IPAddress] = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let address = IPAddress(String(part)) else { throw failure("`\(part)` is not an IP address") }
            if !addresses.contains(address) { addresses.append(address) }
        }
        guard !addresses.isEmpty else { throw failure("no address is given") }
        return addresses
    }

    private static func prefixes(_ text: String, _ failure: (String) -> CommandError) throws -> [IPPrefix] {
        try text.split(whereSeparator: { $0 == "," || $0 == " " }).map { part in
            guard let prefix = IPPrefix(String(part)) else {
                throw failure("`\(part)` is neither an IP address nor a prefix such as 10.0.0.0/8")
            }
            return prefix
        }
    }

    private static func filled(_ text: String, _ failure: (String) -> CommandError) throws -> String {
        guard !text.isEmpty else { throw failure("the path is empty") }
        return text
    }

    /// The URL is not in the messages: it may hold a password.
    private static func databaseURL(_ text: String, _ failure: (String) -> CommandError) throws -> String {
        guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
            throw failure("the database is given as postgresql://user@host:port/name")
        }
        return text
    }

    private static func format(_ text: String, _ failure: (String) -> CommandError) throws -> LogFormat {
        guard let format = LogFormat(rawValue: text) else { throw failure("`\(text)` is neither text nor json") }
        return format
    }

    /// The URL is not in the message: it may hold a token.
    private static func webhook(_ text: String, _ failure: (String) -> CommandError) throws -> String {
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            throw failure("the webhook is given as https://host/path")
        }
        return text
    }

    private static func syslog(_ text: String, _ failure: (String) -> CommandError) throws -> String {
        guard Syslog(text) != nil else { throw failure("`\(text)` is neither udp:host:port nor unix:/path") }
        return text
    }

    private static func level(_ text: String, _ failure: (String) -> CommandError) throws -> LogLevel {
        guard let level = LogLevel(rawValue: text) else {
            let names = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("`\(text)` is none of \(names)")
        }
        return level
    }
}
