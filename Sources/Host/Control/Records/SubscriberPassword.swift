/// A password as it will be sealed: its kind and the bytes that `StoredCredential` reads.
package struct SubscriberPassword: Sendable {
    /// `cleartext`, `nt`, `crypt`, `md5`, `sha`, `ssha`.
    package let kind: String
    package let bytes: [UInt8]

    /// Cleartext as typed; any other kind by its usual text: hex for digests (SSHA: digest and salt), crypt(3)'s own
    /// form. `{SSHA}` and its like in base64 are accepted too. Throws a refusal that says what does not fit.
    package init(_ text: String, kind: String = "cleartext") throws {
        self.kind = kind
        switch kind {
        case "cleartext":
            guard (1...128).contains(text.utf8.count) else {
                throw RecordRefusal("a password has 1 to 128 bytes (RFC 2865 section 5.2)")
            }
            bytes = Array(text.utf8)
        case "crypt":
            guard text.utf8.count >= 13 else { throw RecordRefusal("that is no crypt(3) hash") }
            bytes = Array(text.utf8)
        case "nt", "md5": bytes = try SubscriberPassword.digest(text, 16...16, kind)
        case "sha": bytes = try SubscriberPassword.digest(text, 20...20, kind)
        case "ssha": bytes = try SubscriberPassword.digest(text, 21...84, kind)
        default:
            throw RecordRefusal(
                "there is no password kind `\(kind)`", hint: "there are cleartext, nt, crypt, md5, sha, ssha")
        }
    }

    private static func digest(_ text: String, _ lengths: ClosedRange<Int>, _ kind: String) throws -> [UInt8] {
        var body = text[...]
        if body.hasPrefix("{"), let end = body.firstIndex(of: "}") { body = body[body.index(after: end)...] }
        if body.hasPrefix("0x") { body = body.dropFirst(2) }
        for bytes in [hex(body), base64(body)] {
            if let bytes, lengths.contains(bytes.count) { return bytes }
        }
        throw RecordRefusal(
            "that is no \(kind) hash: \(lengths.lowerBound) bytes or more are needed, in hex or base64")
    }

    private static func hex(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func base64(_ text: Substring) -> [UInt8]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var (bits, count): (UInt32, Int) = (0, 0)
        var bytes: [UInt8] = []
        for unit in text.utf8.reversed().drop(while: { $0 == 61 }).reversed() {
            guard let value = alphabet.firstIndex(of: unit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
