/// Refuses the headers on which two readers of one request may disagree (RFC 9112 3.2, 6.1, 6.3), and too many of them.
/// libmicrohttpd's strict mode takes these.
enum HeaderCheck {
    /// The reason for a 400, 417, 431 or 501; nil when all is well. Names are in lower case.
    static func problem(_ headers: [(name: String, value: String)], version: String, limit: Int) -> Problem? {
        func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
        let bytes = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        if bytes > limit {
            return Problem(431, "headers_too_large", "The headers may have up to \(limit) bytes.")
        }
        if headers.contains(where: { $0.value.utf8.contains(0) || $0.name.utf8.contains(0) }) {
            return bad("A header has a NUL.")
        }
        if values("host").count > 1 { return bad("There is more than one Host.") }
        if let problem = length(values("content-length"), values("transfer-encoding"), version) { return problem }
        if values("expect").contains(where: { $0.lowercased() != "100-continue" }) {
            return Problem(417, "expectation", "The only Expect is 100-continue.")
        }
        return nil
    }

    private static func length(_ lengths: [String], _ encodings: [String], _ version: String) -> Problem? {
        if lengths.count > 1 { return bad("There is more than one Content-Length.") }
        if let length = lengths.first, length.isEmpty || !length.utf8.allSatisfy({ (48...57).contains($0) }) {
            return bad("Content-Length is not a number.")
        }
        guard let encoding = encodings.first else { return nil }
        if !lengths.isEmpty { return bad("There are both Transfer-Encoding and Content-Length.") }
        if encodings.count > 1 { return bad("There is more than one Transfer-Encoding.") }
        if version != "HTTP/1.1" { return bad("Transfer-Encoding belongs to HTTP/1.1.") }
        if encoding.lowercased() != "chunked" {
            return Problem(501, "not_implemented", "The only Transfer-Encoding is chunked.")
        }
        return nil
    }

    private static func bad(_ detail: String) -> Problem { Problem(400, "bad_request", detail) }
}
