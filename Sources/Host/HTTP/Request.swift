/// One HTTP request, checked and whole.
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
}
