/// What a route answers.
package struct Response: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// A body that is made while it is sent, in place of `body`: called once, on a thread that must not be held up;
    /// whoever is called keeps the writer and writes elsewhere.
    package var stream: (@Sendable (any BodyWriter) -> Void)?

    package init(status: Int = 200, type: String, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        // A browser shall not take a text for a page, nor keep what changes.
        let common = [("Content-Type", type), ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
        self.headers = common.map { (name: $0.0, value: $0.1) } + headers
        self.body = body
    }

    package static func text(
        _ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(status: status, type: type, body: Array(text.utf8))
    }

    /// A page: nothing from elsewhere, no scripts.
    package static func page(_ html: String) -> Response {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
        return Response(
            type: "text/html; charset=utf-8", headers: [(name: "Content-Security-Policy", value: policy)],
            body: Array(html.utf8))
    }

    package static func json(_ value: JSON, status: Int = 200) -> Response {
        Response(status: status, type: "application/json", body: Array((value.text + "\n").utf8))
    }
}
