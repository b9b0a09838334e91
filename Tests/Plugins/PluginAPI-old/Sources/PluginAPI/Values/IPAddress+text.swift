extension IPAddress: LosslessStringConvertible, CustomStringConvertible {
    /// Parses dotted IPv4 (`192.0.2.1`) or IPv6 (RFC 4291 section 2.2, with `::` and an IPv4 tail); nil otherwise.
    /// Octets with leading zeros are refused, since readers disagree about octal.
    public init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let words = IPAddress.words(text) else { return nil }
            let half = { (words: ArraySlice<UInt16>) in words.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
            self.init(high: half(words[..<4]), low: half(words[4...]))
        } else {
            guard let bits = IPAddress.dotted(text[...]) else { return nil }
            self.init(ipv4: bits)
        }
    }

    /// Dotted quad, or IPv6 as RFC 5952 writes it: lower case, the longest run of zeros shortened.
    public var description: String {
        let octets = bytes
        if isIPv4 { return octets.map { String($0) }.joined(separator: ".") }
        let words = stride(from: 0, to: 16, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        guard let run = IPAddress.longestZeroRun(words) else { return IPAddress.hex(words[...]) }
        return IPAddress.hex(words[..<run.lowerBound]) + "::" + IPAddress.hex(words[run.upperBound...])
    }

    private static func hex(_ words: ArraySlice<UInt16>) -> String {
        words.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func longestZeroRun(_ words: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < words.count {
            var end = start
            while end < words.count, words[end] == 0 { end += 1 }
            if end - start >= 2, end - start > (best?.count ?? 0) { best = start..<end }
            start = max(end, start + 1)
        }
        return best
    }

    private static func dotted(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 48, let octet = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        return bits
    }

    private static func words(_ text: String) -> [UInt16]? {
        let units = Array(text.utf8)
        guard let gap = units.indices.dropLast().first(where: { units[$0] == 58 && units[$0 + 1] == 58 }) else {
            guard let all = groups(text[...]), all.count == 8 else { return nil }
            return all
        }
        let head = text.utf8.index(text.startIndex, offsetBy: gap)
        let tail = text.utf8.index(head, offsetBy: 2)
        guard let left = head == text.startIndex ? [] : groups(text[..<head], allowsIPv4: false),
            let right = tail == text.endIndex ? [] : groups(text[tail...]), left.count + right.count <= 7
        else { return nil }
        return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    }

    private static func groups(_ text: Substring, allowsIPv4: Bool = true) -> [UInt16]? {
        var words: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if allowsIPv4, index == parts.count - 1, part.contains("."), let bits = dotted(part) {
                words += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
                    let word = UInt16(part, radix: 16)
                else { return nil }
                words.append(word)
            }
        }
        return words
    }
}
