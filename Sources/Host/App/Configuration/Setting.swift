/// A key of the configuration: a line of the file (`auth-port = 1812`), a variable (`TOLLKEEPER_AUTH_PORT`) and a flag
/// (`--auth-port 1812`) by the same name.
enum Setting: String, CaseIterable {
    case authPort = "auth-port"
    case acctPort = "acct-port"
    case httpPort = "http-port"
    case httpsPort = "https-port"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case trustedProxies = "trusted-proxies"
    case listen
    case data
    case database
    case plugins
    case dictionary
    case authThreads = "auth-threads"
    case apiRate = "api-rate"
    case eventStreams = "event-streams"
    case journalLimit = "journal-limit"
    case journalAhead = "journal-ahead"
    case logLevel = "log-level"
    case logFormat = "log-format"
    case alarmWebhook = "alarm-webhook"
    case alarmWebhookSecretFile = "alarm-webhook-secret-file"
    case alarmSyslog = "alarm-syslog"
    case config

    var variable: String { "TOLLKEEPER_" + rawValue.uppercased().replacing("-", with: "_") }

    /// The flags of every command that needs the configuration.
    static let flags = allCases.map { Flag.value($0.rawValue, $0.placeholder, $0.meaning) }

    private var placeholder: String {
        switch self {
        case .authPort, .acctPort, .httpPort, .httpsPort: "PORT"
        case .listen: "ADDRESSES"
        case .data, .plugins: "FOLDER"
        case .database, .alarmWebhook: "URL"
        case .dictionary, .config, .alarmWebhookSecretFile, .tlsCertificate, .tlsKey: "FILE"
        case .trustedProxies: "PREFIXES"
        case .authThreads, .journalAhead, .apiRate, .eventStreams: "COUNT"
        case .journalLimit: "SIZE"
        case .logLevel: "LEVEL"
        case .logFormat: "FORMAT"
        case .alarmSyslog: "TARGET"
        }
    }

    private var meaning: String {
        switch self {
        case .authPort: "UDP port for authentication (1812)"
        case .acctPort: "UDP port for accounting (1813)"
        case .httpPort: "TCP port for the API, /health and /metrics (8080)"
        case .httpsPort:
            "TCP port for the same over HTTPS, or off (8443 beside http-port 8080, unless only loopback listens)"
        case .tlsCertificate: "PEM file with the certificate and its chain (one of our own, made at the first start)"
        case .tlsKey: "PEM file with its key"
        case .trustedProxies: "whose X-Forwarded-For and X-Forwarded-Proto are believed: 192.0.2.1,10.0.0.0/8 (none)"
        case .listen: "addresses to listen on, separated by commas (0.0.0.0,::)"
        case .data: "data folder (/var/lib/tollkeeper as root, else ~/.local/share/tollkeeper)"
        case .database: "postgresql://… of your own server; without it a private one runs in the data folder"
        case .plugins: "folder with the plugins' .so files (that of the installation)"
        case .dictionary: "root file of the RADIUS dictionary (that of the installation)"
        case .authThreads: "threads that answer logins, for each address (1)"
        case .apiRate: "requests a minute that the API takes of one token, person or unknown address (6000)"
        case .eventStreams: "event streams that one account may hold at once (32)"
        case .journalLimit: "room for accounting that the database does not take, as 500M or 2G (2G)"
        case .journalAhead: "accounting records that the journal may answer for ahead of the database (4000)"
        case .logLevel: "debug, info, warning or error (info)"
        case .logFormat: "text or json (text)"
        case .alarmWebhook: "http(s)://… that alarms are posted to"
        case .alarmWebhookSecretFile: "file with the secret that signs them; needed for a webhook"
        case .alarmSyslog: "udp:host:port or unix:/dev/log that alarms are sent to"
        case .config: "configuration file (/etc/tollkeeper/tollkeeper.conf, if it is there)"
        }
    }
}

extension String {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
