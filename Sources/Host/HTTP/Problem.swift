/// An error as a client reads it (RFC 9457), with a code of ours for programs.
package struct Problem: Error, Sendable {
    package var status: Int
    /// Stable, snake_case: `not_found`.
    package var code: String
    /// One sentence; never SQL, secrets or paths.
    package var detail: String
    /// More headers of the answer.
    package var headers: [(name: String, value: String)]
    /// What is wrong with each field of an input, by its JSON name.
    package var fields: [(name: String, text: String)]

    package init(
        _ status: Int, _ code: String, _ detail: String, headers: [(name: String, value: String)] = [],
        fields: [(name: String, text: String)] = []
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
        self.fields = fields
    }

    package var response: Response {
        var members: [(String, JSON)] = [
            ("type", .text("about:blank")), ("title", .text(Problem.title(status))),
            ("status", .integer(Int64(status))),
            ("code", .text(code)), ("detail", .text(detail)),
        ]
        if !fields.isEmpty { members.append(("fields", .object(fields.map { ($0.name, .text($0.text)) }))) }
        return Response(
            status: status, type: "application/problem+json", headers: headers,
            body: Array((JSON.object(members).text + "\n").utf8))
    }

    /// The standard's words for a status (RFC 9110 15).
    package static func name(of status: Int) -> String { title(status) }

    private static func title(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        default: "Error"
        }
    }
}
