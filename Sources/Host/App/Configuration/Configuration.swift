import Log
import PluginAPI

/// What the operator decided, checked: file, then variables, then flags, the later over the earlier.
struct Configuration {
    var authPort: UInt16 = 1812
    var acctPort: UInt16 = 1813
    var httpPort: UInt16 = 8080
    /// Whether `http-port` was said.
    var httpPortIsGiven = false
    /// As said; nil when nothing was.
    var httpsChoice: HTTPSChoice?
    /// Both or none; absolute.
    var tlsCertificate: String?
    var tlsKey: String?
    var trustedProxies: [IPPrefix] = []
    var listen: [IPAddress] = [IPAddress(ipv4: 0), IPAddress(high: 0, low: 0)]
    /// Whether `listen` was said, so that an address the machine lacks is an error.
    var listenIsGiven = false
    /// The data folder; absolute.
    var data: String
    /// The operator's own server; nil for the private one.
    var database: String?
    /// The folder of plugins; nil for the installation's.
    var plugins: String?
    /// The dictionary's root file; nil for the installation's.
    var dictionary: String?
    /// Threads that answer logins, for each address.
    var authThreads = 1
    /// Requests a minute that the API takes of one token, one person or one unknown address.
    var apiRate = 6000
    /// Event streams that one account may hold at once.
    var eventStreams = 32
    /// Bytes that the journal may take.
    var journalLimit = 2 << 30
    /// Records that the journal answers for ahead of the database.
    var journalAhead = 4000
    var logLevel = LogLevel.info
    var logFormat = LogFormat.text
    /// May hold a token: not for logs.
    var alarmWebhook: String?
    var alarmWebhookSecretFile: String?
    /// As written: `udp:host:port`.
    var alarmSyslog: String?
    /// The file that was read; nil when there was none.
    var config: String?
    /// By plugin id, then by name.
    var pluginSettings: [String: [String: String]] = [:]
    /// What was passed over, a sentence each.
    var warnings: [String] = []

    enum HTTPSChoice: Equatable {
        case off
        case port(UInt16)
    }

    /// Where HTTPS is answered; nil for nowhere. Unless it was said, beside the usual port of HTTP, and only where others
    /// than this machine can come.
    var httpsPort: UInt16? {
        switch httpsChoice {
        case .off: nil
        case .port(let port): port
        case nil: httpPortIsGiven || listen.allSatisfy(\.isLoopback) ? nil : 8443
        }
    }

    /// The log of one part of the program, at the configured level.
    func log(_ part: String) -> Log { Log(part: part, level: logLevel, format: logFormat) }

    /// Where a browser on this machine finds the server.
    var webAddress: String {
        let address = listen.first { $0.isIPv4 } ?? listen[0]
        let isAny = address.high == 0 && address.low == 0
        let host = isAny ? (address.isIPv4 ? "127.0.0.1" : "::1") : address.description
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(httpPort)/"
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool {
        isIPv4 ? low >> 24 == 127 : high == 0 && low == 1
    }
}
