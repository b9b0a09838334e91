/// A place in a list: the sort value and key of a row there. Travels as text that means nothing to a client.
package struct ListCursor: Sendable, Hashable {
    /// As PostgreSQL writes it; nil for NULL.
    package let sortValue: String?
    package let key: String

    package init(sortValue: String?, key: String) {
        self.sortValue = sortValue
        self.key = key
    }

    /// What was made for another list or another order is refused.
    package init?(_ text: String, list: String, sort: String, descends: Bool) {
        guard text.utf8.count <= 4000, let bytes = Base64URL.decode(text),
            let plain = String(validating: bytes, as: UTF8.self), !plain.utf8.contains(0)
        else { return nil }
        // The value comes last: it may hold the separator itself.
        let parts = plain.split(separator: "\u{1F}", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == ListCursor.order(list, sort, descends), ["v", "n"].contains(parts[1]),
            !parts[2].isEmpty
        else { return nil }
        self.init(sortValue: parts[1] == "v" ? String(parts[3]) : nil, key: String(parts[2]))
    }

    package func text(list: String, sort: String, descends: Bool) -> String {
        let parts = [ListCursor.order(list, sort, descends), sortValue == nil ? "n" : "v", key, sortValue ?? ""]
        return Base64URL.encode(Array(parts.joined(separator: "\u{1F}").utf8))
    }

    private static func order(_ list: String, _ sort: String, _ descends: Bool) -> String {
        "\(list):\(descends ? "-" : "")\(sort)"
    }
}

/// RFC 4648 5, without padding.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            var bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - part.count))
            for place in 0...part.count { result.append(alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        // What is left over must be nothing.
        return count < 6 && bits == 0 ? result : nil
    }
}
