package import HTTP
package import Log
import Store

/// Somewhere that alarms are told.
package protocol AlarmChannel: Sendable {
    /// Its name in `alarm_channels`: `webhook`, `syslog`.
    var name: String { get }

    /// Throws when it was not taken; it is told again later. Blocks for some seconds at most.
    func send(_ message: AlarmMessage) throws
}

/// Alarms as lines of a syslog server.
package struct SyslogChannel: AlarmChannel {
    package let name = "syslog"
    let target: Syslog

    package init(_ target: Syslog) { self.target = target }

    package func send(_ message: AlarmMessage) throws {
        try target.send(message.event == .raised ? .error : .notice, id: message.kind, message.line)
    }
}

/// Alarms as signed HTTP POSTs.
package struct WebhookChannel: AlarmChannel {
    package struct Refused: Error, CustomStringConvertible {
        let status: Int
        package var description: String { "the webhook answered \(status)" }
    }

    package let name = "webhook"
    private let url: String
    private let secret: [UInt8]
    let server: String
    private let clock: @Sendable () -> Int64
    private let post: @Sendable (Post) throws -> Int

    /// - clock: seconds since 1970.
    package init(
        url: String, secret: [UInt8], server: String, clock: @escaping @Sendable () -> Int64,
        post: @escaping @Sendable (Post) throws -> Int = { try $0.send() }
    ) {
        self.url = url
        self.secret = secret
        self.server = server
        self.clock = clock
        self.post = post
    }

    package func send(_ message: AlarmMessage) throws {
        try send(body: message.json(server: server), delivery: String(message.delivery))
    }

    /// Signs and posts it.
    func send(body text: String, delivery: String) throws {
        let body = Array(text.utf8)
        let time = String(clock())
        let status = try post(
            Post(
                url,
                headers: [
                    (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "tollkeeper"),
                    (name: "X-Tollkeeper-Delivery", value: delivery),
                    (name: "X-Tollkeeper-Timestamp", value: time),
                    (name: "X-Tollkeeper-Signature", value: WebhookSignature.value(secret, time: time, body: body)),
                ], body: body))
        guard (200..<300).contains(status) else { throw Refused(status: status) }
    }
}
