/// What a route answers.
package struct Response: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// A body that is made while it is sent, in place of `body`: called once, on a thread that must not be held up;
    /// whoever is called keeps the writer and writes elsewhere. Not called when nobody is there to read, or for HEAD.
    package var stream: (@Sendable (any BodyWriter) -> Void)?
    /// Called once when the stream's connection is done with it; let go of uncalled when it never began.
    var streamEnded: (@Sendable () -> Void)?
    /// A body that the kernel sends out of a file, in place of `body`.
    var file: FileBody?

    package init(status: Int = 200, type: String, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        // A browser shall not take a text for a page, nor keep what changes; a route may say otherwise.
        let common = [("Content-Type", type), ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
        self.headers =
            common.filter { common in !headers.contains { $0.name.lowercased() == common.0.lowercased() } }
            .map { (name: $0.0, value: $0.1) } + headers
        self.body = body
    }

    /// One without a body: 204, 304.
    package init(status: Int, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = headers
        body = []
    }

    package static func text(
        _ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(status: status, type: type, body: Array(text.utf8))
    }

    /// A page of its own: nothing from elsewhere, no scripts.
    package static func page(_ html: String) -> Response {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
        return Response(
            type: "text/html; charset=utf-8", headers: [(name: "Content-Security-Policy", value: policy)],
            body: Array(html.utf8))
    }

    package static func json(_ value: JSON, status: Int = 200) -> Response {
        Response(status: status, type: "application/json", body: value.bytes + [UInt8(ascii: "\n")])
    }

    /// 304: what the client has is still right (RFC 9110 15.4.5). `headers` are those that a 200 would have had and
    /// that tell how long it may be kept.
    package static func notModified(etag: String, headers: [(name: String, value: String)] = []) -> Response {
        Response(status: 304, headers: [(name: "ETag", value: etag)] + headers)
    }

    /// A body of unknown length, made while it is sent.
    package static func streaming(
        type: String, headers: [(name: String, value: String)] = [],
        _ start: @escaping @Sendable (any BodyWriter) -> Void
    ) -> Response {
        var response = Response(type: type, headers: headers, body: [])
        response.stream = start
        return response
    }
}

/// A whole file as a body.
struct FileBody: Sendable {
    let path: String
    let size: Int
}
