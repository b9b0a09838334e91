/// An error as a client reads it (RFC 9457), with a code of ours for programs.
package struct Problem: Error, Sendable {
    package var status: Int
    /// Stable, snake_case: `not_found`.
    package var code: String
    /// One sentence; never SQL, secrets or paths.
    package var detail: String
    /// What is wrong with which input, by the input's name; for 422.
    package var fields: [(name: String, text: String)]
    /// More headers of the answer.
    package var headers: [(name: String, value: String)]

    package init(
        _ status: Int, _ code: String, _ detail: String, headers: [(name: String, value: String)] = [],
        fields: [(name: String, text: String)] = []
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields
        self.headers = headers
    }

    /// The answer to a request that could be read.
    package func response(to request: Request) -> Response { response(requestID: request.id) }

    package var response: Response { response(requestID: "") }

    private func response(requestID: String) -> Response {
        var members: [(String, JSON)] = [
            ("type", .text("about:blank")), ("title", .text(Problem.title(status))),
            ("status", .integer(Int64(status))),
            ("code", .text(code)), ("detail", .text(detail)),
        ]
        if !fields.isEmpty { members.append(("fields", .object(fields.map { ($0.name, .text($0.text)) }))) }
        if !requestID.isEmpty { members.append(("request_id", .text(requestID))) }
        return Response(
            status: status, type: "application/problem+json", headers: headers,
            body: Array((JSON.object(members).text + "\n").utf8))
    }

    /// RFC 9110 section 15, RFC 6585.
    private static let titles: [Int: String] = [
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
        412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
        416: "Range Not Satisfiable", 417: "Expectation Failed", 422: "Unprocessable Content", 423: "Locked",
        428: "Precondition Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout", 507: "Insufficient Storage",
    ]

    /// The standard's words for a status (RFC 9110 15).
    package static func name(of status: Int) -> String { title(status) }

    private static func title(_ status: Int) -> String { titles[status] ?? "Error" }
}
