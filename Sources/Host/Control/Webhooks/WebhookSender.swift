import HTTP
import PluginAPI

/// Posts one delivery, signed, to nobody but whom it is for.
package struct WebhookSender: Sendable {
    /// Why it was not sent at all.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    struct Letter: Sendable {
        let id: Int64
        let topic: String
        let payload: String
        let url: String
        let secret: [UInt8]
    }

    /// Seconds since 1970.
    private let clock: @Sendable () -> Int64
    private let lookUp: @Sendable (String) throws -> [IPAddress]
    private let post: @Sendable (Post) throws -> Int

    /// - clock: seconds since 1970.
    package init(clock: @escaping @Sendable () -> Int64) {
        self.init(clock: clock, lookUp: { try HostLookup.addresses($0) }, post: { try $0.send() })
    }

    init(
        clock: @escaping @Sendable () -> Int64, lookUp: @escaping @Sendable (String) throws -> [IPAddress],
        post: @escaping @Sendable (Post) throws -> Int
    ) {
        self.clock = clock
        self.lookUp = lookUp
        self.post = post
    }

    /// The status of the answer. The addresses that were looked at are those that are asked: a name that changes in
    /// between leads nowhere else.
    ///
    /// - allowsPrivate: the operator's setting: addresses that are not out on the internet too.
    func send(_ letter: Letter, allowsPrivate: Bool) throws -> Int {
        let url = try WebhookURL(letter.url)
        let addresses = try lookUp(url.host)
        guard !addresses.isEmpty else { throw Refused(description: "no address") }
        guard allowsPrivate || addresses.allSatisfy(OutsideAddress.isOutside) else {
            throw Refused(description: "the host's address is not out on the internet (webhook_private_addresses)")
        }
        let body = Array(letter.payload.utf8)
        let time = String(clock())
        var post = Post(
            url.text,
            headers: [
                (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "tollkeeper"),
                (name: "X-Tollkeeper-Delivery", value: String(letter.id)),
                (name: "X-Tollkeeper-Topic", value: letter.topic), (name: "X-Tollkeeper-Timestamp", value: time),
                (name: "X-Tollkeeper-Signature", value: WebhookSignature.value(letter.secret, time: time, body: body)),
            ], body: body)
        post.pinned =
            "\(url.host):\(url.port):" + addresses.map { $0.isIPv4 ? "\($0)" : "[\($0)]" }.joined(separator: ",")
        return try self.post(post)
    }
}
