import Log
import PluginAPI

extension Configuration {
    /// The variables from which a child process reads this same configuration. In variables, not arguments: other
    /// users of the machine can read arguments, and the database's URL may hold a password.
    func variables(over inherited: [String: String]) -> [String: String] {
        var result = inherited.filter { !$0.key.hasPrefix("TOLLKEEPER_") }
        result[Setting.authPort.variable] = String(authPort)
        result[Setting.acctPort.variable] = String(acctPort)
        result[Setting.httpPort.variable] = String(httpPort)
        switch httpsChoice {
        case nil: break
        case .off: result[Setting.httpsPort.variable] = "off"
        case .port(let port): result[Setting.httpsPort.variable] = String(port)
        }
        result[Setting.tlsCertificate.variable] = tlsCertificate
        result[Setting.tlsKey.variable] = tlsKey
        if !trustedProxies.isEmpty {
            result[Setting.trustedProxies.variable] = trustedProxies.map(\.description).joined(separator: ",")
        }
        if listenIsGiven { result[Setting.listen.variable] = listen.map(\.description).joined(separator: ",") }
        result[Setting.data.variable] = data
        result[Setting.database.variable] = database
        result[Setting.plugins.variable] = plugins
        result[Setting.dictionary.variable] = dictionary
        result[Setting.journalLimit.variable] = String(journalLimit)
        result[Setting.journalAhead.variable] = String(journalAhead)
        result[Setting.apiRate.variable] = String(apiRate)
        result[Setting.eventStreams.variable] = String(eventStreams)
        result[Setting.authThreads.variable] = String(authThreads)
        result[Setting.logLevel.variable] = logLevel.rawValue
        result[Setting.logFormat.variable] = logFormat.rawValue
        result[Setting.alarmWebhook.variable] = alarmWebhook
        result[Setting.alarmWebhookSecretFile.variable] = alarmWebhookSecretFile
        result[Setting.alarmSyslog.variable] = alarmSyslog
        result[Setting.config.variable] = config
        return result
    }
}
