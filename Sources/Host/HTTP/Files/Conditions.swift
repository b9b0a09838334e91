/// What a request says of what its client has, and takes.
package enum Conditions {
    /// Whether If-None-Match has the tag (RFC 9110 13.1.2); `W/` before one is passed over there.
    package static func has(_ etag: String, _ request: Request) -> Bool {
        guard let given = request.header("if-none-match") else { return false }
        return given.split(separator: ",").contains { part in
            let tag = part.trimmingBlanks
            return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == etag[...]
        }
    }

    /// Whether Accept-Encoding takes gzip (RFC 9110 12.5.3).
    static func takesGzip(_ request: Request) -> Bool {
        guard let given = request.header("accept-encoding") else { return false }
        for part in given.split(separator: ",") {
            let words = part.split(separator: ";").map(\.trimmingBlanks)
            guard let coding = words.first?.lowercased(), coding == "gzip" || coding == "*" else { continue }
            let weight = words.dropFirst().first { $0.lowercased().hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return weight.map { $0 > 0 } ?? true
        }
        return false
    }
}

extension Substring {
    /// Without the blanks and tabs around it.
    var trimmingBlanks: Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
