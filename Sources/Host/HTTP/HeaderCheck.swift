/// Refuses the headers on which two readers of one request may disagree (RFC 9112 3.2, 6.1, 6.3). libmicrohttpd's
/// strict mode takes these.
enum HeaderCheck {
    /// The reason for a 400 or 501; nil when all is well. Names are in lower case.
    static func problem(_ headers: [(name: String, value: String)], version: String) -> Problem? {
        func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
        if headers.contains(where: { $0.value.utf8.contains(0) || $0.name.utf8.contains(0) }) {
            return bad("A header has a NUL.")
        }
        if values("host").count > 1 { return bad("There is more than one Host.") }
        let lengths = values("content-length")
        if lengths.count > 1 { return bad("There is more than one Content-Length.") }
        if let length = lengths.first, length.isEmpty || !length.utf8.allSatisfy({ (48...57).contains($0) }) {
            return bad("Content-Length is not a number.")
        }
        let encodings = values("transfer-encoding")
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
