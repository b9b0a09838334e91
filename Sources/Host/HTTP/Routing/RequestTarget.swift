/// The target of a request line, taken apart: origin form, or absolute form whose host is passed over (RFC 9112 3.2).
struct RequestTarget: Equatable {
    let path: String
    let query: String?

    /// Nil when it does not begin with `/`, has a wrong percent code, is not UTF-8, or has a control character (a NUL
    /// above all), encoded or not.
    init?(_ raw: [UInt8]) {
        guard let origin = RequestTarget.origin(raw[...]) else { return nil }
        let parts = origin.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = RequestTarget.decoded(parts[0]), bytes.first == UInt8(ascii: "/"),
            bytes.allSatisfy({ $0 >= 32 && $0 != 127 }), let path = String(validating: bytes, as: UTF8.self)
        else { return nil }
        self.path = path
        if parts.count == 2 {
            guard parts[1].allSatisfy({ $0 > 32 && $0 != 127 }), let query = String(validating: parts[1], as: UTF8.self)
            else { return nil }
            self.query = query
        } else {
            query = nil
        }
    }

    private static func origin(_ raw: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        for scheme in ["http://", "https://"] where raw.starts(with: scheme.utf8) {
            let rest = raw.dropFirst(scheme.utf8.count)
            return rest.firstIndex(of: UInt8(ascii: "/")).map { rest[$0...] }
        }
        return raw
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return result
    }

    /// Of a percent code (RFC 3986 2.1).
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
