import Store

/// The last link of the audit chain: who keeps it elsewhere can tell later whether anything was taken away.
package struct AuditHead: Sendable, Hashable, CustomStringConvertible {
    package let seq: Int64
    /// 64 digits.
    package let hash: String

    package init(seq: Int64, hash: String) {
        self.seq = seq
        self.hash = hash
    }

    /// `12:ab34…`, as it is exported.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let seq = Int64(parts[0]), seq >= 0, parts[1].utf8.count == 64,
            parts[1].allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        else { return nil }
        self.init(seq: seq, hash: String(parts[1]))
    }

    package var description: String { "\(seq):\(hash)" }
}
