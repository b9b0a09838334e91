/// Finds the route of a request. A path that no route has is 404, a method that its routes lack 405, a method that is
/// none 501.
package struct Router: Sendable {
    private let tree: RouteTree
    /// Told of errors that are not problems; the client reads only that something went wrong.
    private let onError: @Sendable (any Error, Request) -> Void

    package init(_ routes: [Route], onError: @escaping @Sendable (any Error, Request) -> Void = { _, _ in }) {
        tree = RouteTree(routes)
        self.onError = onError
    }

    private static let methods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY",
    ]

    enum Found {
        case route(Route, parameters: [String: String])
        case answer(Response)
    }

    func find(_ request: Request) -> Found {
        guard Router.methods.contains(request.method) else {
            return .answer(Problem(501, "not_implemented", "There is no such method.").response(to: request))
        }
        // HEAD is GET without the body, which the server leaves out (RFC 9110 9.3.2).
        let method = request.method == "HEAD" ? "GET" : request.method
        switch tree.find(method, request.path) {
        case nil:
            return .answer(Problem(404, "not_found", "There is nothing at this address.").response(to: request))
        case .route(let route, let parameters): return .route(route, parameters: parameters)
        case .methods(let methods):
            let all = methods.union(["OPTIONS"]).union(methods.contains("GET") ? ["HEAD"] : [])
            let allow = (name: "Allow", value: all.sorted().joined(separator: ", "))
            if method == "OPTIONS" { return .answer(Response(status: 204, headers: [allow])) }
            let problem = Problem(
                405, "method_not_allowed", "This address does not have this method.", headers: [allow])
            return .answer(problem.response(to: request))
        }
    }

    /// What the client reads of an error that a route threw.
    func answer(_ error: any Error, _ request: Request) -> Response {
        if let problem = error as? Problem { return problem.response(to: request) }
        onError(error, request)
        return Problem(500, "internal", "Something went wrong; the server's log has more.").response(to: request)
    }
}
