import PluginAPI

/// Where a webhook goes, in its parts.
package struct WebhookURL: Sendable, Hashable {
    package let text: String
    /// A name, or an address without brackets.
    package let host: String
    package let port: Int

    /// Throws a refusal that says what is wrong with it. No user and password in it: the body is signed.
    package init(_ text: String) throws {
        func wrong(_ reason: String) -> RecordRefusal {
            RecordRefusal("the URL \(reason)", hint: "it looks like https://example.net/hook", code: "bad_url")
        }
        guard text.utf8.count <= 2000,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}#".utf8.contains($0) })
        else { throw wrong("has characters that no URL has, a fragment, or more than 2000 of them") }
        let scheme = ["https://": 443, "http://": 80].first { text.lowercased().hasPrefix($0.key) }
        guard let scheme else { throw wrong("does not begin with https:// or http://") }
        let rest = text.dropFirst(scheme.key.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw wrong("holds a user name") }
        var host = authority
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw wrong("has an address without its bracket") }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let behind = authority[authority.index(after: end)...]
            guard behind.isEmpty || behind.first == ":" else { throw wrong("has something behind its address") }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard WebhookURL.isHost(host, bracketed: authority.first == "[") else {
            throw wrong("has no host that could be")
        }
        if let port {
            guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port), (1...65535).contains(number)
            else { throw wrong("has a port that is none") }
            self.port = number
        } else {
            self.port = scheme.value
        }
        self.text = text
        self.host = host.lowercased()
    }

    /// An address in its usual form, or a name whose last part is no number: `0x7f.1` and `2130706433` are read as
    /// addresses by some.
    private static func isHost(_ host: Substring, bracketed: Bool) -> Bool {
        if bracketed { return OutsideAddress.read(String(host))?.isIPv4 == false }
        if OutsideAddress.read(String(host))?.isIPv4 == true { return true }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, let first = last.first, first.isLetter, host.utf8.count <= 253 else {
            return false
        }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }
}
