import Log
import PluginAPI
import Support
import Testing

@testable import App

@Suite
struct ConfigurationTests {
    private let folder = ScratchFolder()

    private func configuration(
        _ file: String? = nil, variables: [String: String] = [:], flags: [String] = []
    ) throws -> Configuration {
        var arguments = flags
        if let file {
            folder.write(file, to: "test.conf")
            arguments += ["--config", "\(folder.path)/test.conf"]
        }
        let environment = Environment(
            variables: ["HOME": "/home/somebody"].merging(variables) { $1 }, executable: "", writeOutput: { _ in },
            writeError: { _ in })
        return try Configuration(Options("test").parse(arguments), environment)
    }

    private func refusal(_ file: String) -> CommandError? {
        #expect(throws: CommandError.self) { try configuration(file) }
    }

    @Test func `a flag goes before a variable, a variable before the file`() throws {
        let file = "auth-port = 1\nacct-port=2\r\n# a comment\n\n  http-port =  3  \n"
        let variables = ["TOLLKEEPER_ACCT_PORT": "20", "TOLLKEEPER_HTTP_PORT": "30"]
        let found = try configuration(file, variables: variables, flags: ["--http-port", "300"])
        #expect([found.authPort, found.acctPort, found.httpPort] == [1, 20, 300])
    }

    @Test func `every key is read`() throws {
        let found = try configuration(
            """
            listen = 192.0.2.1, 2001:db8::1
            data = /data
            database = postgresql://somebody@example/name
            plugins = /plugins
            dictionary = /dictionary
            log-level = debug
            log-format = json
            alarm-webhook = https://example.net/hook?token=1
            alarm-webhook-secret-file = /secret
            alarm-syslog = udp:[2001:db8::1]:514
            journal-ahead = 0
            plugin.mikrotik.enabled = on
            """)
        #expect(found.listen.map(\.description) == ["192.0.2.1", "2001:db8::1"])
        #expect(found.listenIsGiven)
        #expect(found.data == "/data")
        #expect(found.database == "postgresql://somebody@example/name")
        #expect(found.plugins == "/plugins")
        #expect(found.dictionary == "/dictionary")
        #expect(found.logLevel == .debug)
        #expect(found.logFormat == .json)
        #expect(found.journalAhead == 0)
        #expect(found.alarmWebhook == "https://example.net/hook?token=1")
        #expect(found.alarmWebhookSecretFile == "/secret")
        #expect(found.alarmSyslog == "udp:[2001:db8::1]:514")
        #expect(found.pluginSettings == ["mikrotik": ["enabled": "on"]])
    }

    @Test(arguments: [
        ("auth-port = 1\nhttp-prot = 2\n", "line 2: there is no key `http-prot`"),
        ("auth-port\n", "line 1: `auth-port` is not `key = value`"),
        ("= 3\n", "line 1: `= 3` is not `key = value`"),
        ("auth-port = 1\n\nauth-port = 2\n", "line 3: auth-port is already set in line 1"),
        ("auth-port = 70000\n", "line 1: auth-port: `70000` is not a port, 1 to 65535"),
        ("listen = 300.1.1.1\n", "line 1: listen: `300.1.1.1` is not an IP address"),
        ("database = mysql://x\n", "line 1: database: the database is given as postgresql://user@host:port/name"),
        ("journal-ahead = -1\n", "line 1: journal-ahead: `-1` is not a number of records, 0 to 20000"),
        ("log-level = loud\n", "line 1: log-level: `loud` is none of debug, info, warning, error"),
        ("log-format = xml\n", "line 1: log-format: `xml` is neither text nor json"),
        ("alarm-webhook = x/token\n", "line 1: alarm-webhook: the webhook is given as https://host/path"),
        ("alarm-syslog = host\n", "line 1: alarm-syslog: `host` is neither udp:host:port nor unix:/path"),
        ("config = /other\n", "line 1: there is no key `config`"),
        ("plugin.x = 1\n", "line 1: `plugin.x` is not `plugin.ID.NAME`"),
    ])
    func `a wrong line is named by file, line and key`(file: String, message: String) {
        let error = refusal(file)
        #expect(error?.message == "\(folder.path)/test.conf \(message)")
        #expect(error?.exitCode == 1)
    }

    @Test func `a webhook without a secret is refused`() {
        let error = refusal("alarm-webhook = https://example.net/\n")
        #expect(error?.message == "alarm-webhook is set without alarm-webhook-secret-file")
    }

    @Test func `a wrong variable is named, and one that is not ours is only remarked on`() throws {
        let error = #expect(throws: CommandError.self) {
            try configuration(variables: ["TOLLKEEPER_LISTEN": "x"])
        }
        #expect(error?.message == "variable TOLLKEEPER_LISTEN: `x` is not an IP address")
        let found = try configuration(variables: ["TOLLKEEPER_PORT": "tcp://10.0.0.1:80"])
        #expect(found.warnings == ["the variable TOLLKEEPER_PORT is not one of ours"])
    }

    @Test
    func `HTTPS is answered beside the usual port of HTTP, unless only loopback listens or something else was said`()
        throws
    {
        #expect(try configuration("").httpsPort == 8443)
        #expect(try configuration("http-port = 9000\n").httpsPort == nil)
        #expect(try configuration("listen = 127.0.0.1, ::1\n").httpsPort == nil)
        #expect(try configuration("listen = 127.0.0.1, 192.0.2.1\n").httpsPort == 8443)
        #expect(try configuration("https-port = off\n").httpsPort == nil)
        #expect(try configuration("listen = ::1\nhttp-port = 9000\nhttps-port = 443\n").httpsPort == 443)
    }

    @Test(arguments: [
        ("https-port = 0\n", "`0` is not a port"), ("https-port = 8080\n", "http-port and https-port are both 8080"),
        ("tls-key = /k\n", "tls-key is set without its other half"),
        ("tls-certificate = /c\n", "tls-certificate is set without its other half"),
        ("trusted-proxies = 10.0.0.0/33\n", "line 1: trusted-proxies: `10.0.0.0/33` is neither"),
    ])
    func `what can't be for HTTPS and proxies is refused`(file: String, text: String) {
        #expect(refusal(file)?.message.contains(text) == true)
    }

    @Test func `a child process reads what was said about HTTPS and proxies`() throws {
        let parent = try configuration(
            "https-port = 444\ntls-certificate = /c\ntls-key = /k\ntrusted-proxies = 10.0.0.0/8, 2001:db8::1\n")
        let child = try configuration(variables: parent.variables(over: [:]))
        #expect(child.httpsPort == 444)
        #expect(child.tlsCertificate == "/c")
        #expect(child.tlsKey == "/k")
        #expect(child.trustedProxies.map(\.description) == ["10.0.0.0/8", "2001:db8::1/128"])
        let off = try configuration("https-port = off\n")
        #expect(try configuration(variables: off.variables(over: [:])).httpsPort == nil)
    }

    @Test(arguments: ["0", "-1", "+5", "many", "1000001", ""])
    func `a number of event streams that can't be is refused`(text: String) {
        #expect(refusal("event-streams = \(text)\n")?.message.contains("is not a number of event streams") == true)
    }

    @Test func `a child process reads how many event streams an account may hold`() throws {
        #expect(try configuration("").eventStreams == 32)
        let parent = try configuration("", flags: ["--event-streams", "5"])
        #expect(try configuration(variables: parent.variables(over: [:])).eventStreams == 5)
    }

    @Test func `a file that is named must be there`() {
        #expect(throws: CommandError.self) { try configuration(flags: ["--config", "/nowhere/at-all.conf"]) }
    }

    @Test func `a child process reads the same configuration from its variables`() throws {
        let file = "plugin.x.y = 1\n"
        let flags = [
            "--auth-port", "7", "--listen", "::1", "--data", "/d", "--database", "postgresql://a:secret@b/c",
            "--log-format", "json", "--alarm-syslog", "unix:/dev/log", "--journal-ahead", "500",
        ]
        let parent = try configuration(file, flags: flags)
        let variables = parent.variables(over: ["PATH": "/bin", "TOLLKEEPER_HTTP_PORT": "9"])
        #expect(variables["PATH"] == "/bin")
        let child = try configuration(variables: variables)
        #expect(child.authPort == 7)
        #expect(child.httpPort == parent.httpPort)
        #expect(child.listen == parent.listen)
        #expect(child.data == "/d")
        #expect(child.database == parent.database)
        #expect(child.journalAhead == 500)
        #expect(child.logFormat == .json)
        #expect(child.alarmSyslog == "unix:/dev/log")
        #expect(child.pluginSettings == parent.pluginSettings)
    }
}
