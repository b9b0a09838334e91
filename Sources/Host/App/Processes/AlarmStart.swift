import Control
import Glibc
import Log
import Store

/// What `control` does about alarms: it counts them, and tells the channels that are configured.
struct AlarmStart {
    let board: AlarmBoard
    private let couriers: [AlarmCourier]
    /// Those that are told the audit log's head, too.
    let witnesses: [any AuditWitness]

    /// Throws `.refused` when the webhook's secret can't be read.
    static func start(_ database: ConnectionSettings, _ configuration: Configuration, _ log: Log) throws -> AlarmStart {
        let channels = try channels(configuration)
        try AlarmDeliveries.register(channels.map(\.name), try Connection(database))
        return AlarmStart(
            board: try AlarmBoard(database),
            couriers: try channels.map { channel in try AlarmCourier(database, channel) { log.warning($0) } },
            witnesses: channels.compactMap { $0 as? any AuditWitness })
    }

    func stop() {
        for courier in couriers { courier.stop() }
        board.stop()
    }

    private static func channels(_ configuration: Configuration) throws -> [any AlarmChannel] {
        var channels: [any AlarmChannel] = []
        if let url = configuration.alarmWebhook, let file = configuration.alarmWebhookSecretFile {
            channels.append(
                WebhookChannel(
                    url: url, secret: try secret(file), server: Syslog.hostName(), clock: { Int64(time(nil)) }))
        }
        if let target = configuration.alarmSyslog.flatMap({ Syslog($0) }) { channels.append(SyslogChannel(target)) }
        return channels
    }

    /// The file's text without the line's end.
    private static func secret(_ path: String) throws -> [UInt8] {
        guard let text = try FileText.read(path) else {
            throw CommandError.refused("the webhook's secret file \(path) is not there")
        }
        let secret = Array(text.utf8.reversed().drop { $0 == 10 || $0 == 13 }.reversed())
        guard secret.count >= 16 else {
            throw CommandError.refused(
                "the webhook's secret in \(path) has \(secret.count) characters; 16 is the least",
                hint: "`openssl rand -hex 32 > \(path)` makes one")
        }
        return secret
    }
}
