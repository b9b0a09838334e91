import Store

/// How a receiver knows that a webhook is ours and new: `v1=` and the hex of HMAC-SHA256 over the time header, a dot and
/// the body (RFC 2104).
package enum WebhookSignature {
    private static let block = 64

    package static func value(_ secret: [UInt8], time: String, body: [UInt8]) -> String {
        "v1=" + hex(hmac(secret, Array(time.utf8) + [UInt8(ascii: ".")] + body))
    }

    static func hmac(_ secret: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var key = secret.count > block ? Digest.sha256(secret) : secret
        key += [UInt8](repeating: 0, count: block - key.count)
        let inner = Digest.sha256(key.map { $0 ^ 0x36 } + message)
        return Digest.sha256(key.map { $0 ^ 0x5C } + inner)
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
