import HTTP

/// A record's ETag (RFC 9110 8.8.3): its version, and behind a dot what the body hashes to. The version alone would not
/// do: some columns (`is_online`, a service's name) change without it. A change is made on the version.
enum EntityTag {
    /// - body: as sent.
    static func text(version: Int64, body: [UInt8]) -> String {
        "\"\(version).\(String(hash(body), radix: 36))\""
    }

    /// The version of a tag; one without a hash (`"7"`) is as good. nil for any other text.
    static func version(of header: String) -> Int64? {
        guard header.utf8.count > 2, header.first == "\"", header.last == "\"" else { return nil }
        let parts = header.dropFirst().dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0].utf8.allSatisfy({ (48...57).contains($0) }),
            let version = Int64(parts[0]), version > 0
        else { return nil }
        guard parts.count == 2 else { return version }
        let isHash = (1...13).contains(parts[1].utf8.count) && parts[1].utf8.allSatisfy(isDigit)
        return isHash ? version : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...122).contains(byte) }

    /// FNV-1a, 64 bits: tells two bodies of one version apart, which nobody gains by mixing up.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBufferPointer { bytes in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return hash
        }
    }
}
