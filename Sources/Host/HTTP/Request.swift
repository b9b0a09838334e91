/// One HTTP request, checked. Whole, but for the body, which is empty while an admission is asked.
package struct Request: Sendable {
    package var method: String
    /// Percent-decoded, without the query; begins with `/`, has no NUL.
    package var path: String
    /// What follows `?`, as sent; nil when there is no `?`.
    package var query: String?
    /// Names in lower case, in the order sent.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// What the route's `{name}` parts stood for.
    package var parameters: [String: String]
    /// The client's address in text; behind a trusted proxy the one that the proxy names.
    package var client = ""
    /// Whether the client's side is HTTPS, by the connection or by what a trusted proxy says.
    package var isSecure = false
    /// What the admission passed along.
    package var context: (any Sendable)?
    /// 16 hexadecimal digits, random; answered as X-Request-Id, and found in the log and the audit.
    package var id = ""

    package init(
        method: String, path: String, query: String? = nil, headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], parameters: [String: String] = [:]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.parameters = parameters
    }

    /// The first header of that name, given in lower case.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    static func newID() -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
