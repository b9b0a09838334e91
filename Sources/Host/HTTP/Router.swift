import Threads

/// Finds the route of a request. A path that no route has is 404, a method that its routes lack 405.
package struct Router: Sendable {
    private let routes: [Route]
    /// Told of errors that are not problems; the client reads only that something went wrong.
    private let onError: @Sendable (any Error, Request) -> Void

    package init(_ routes: [Route], onError: @escaping @Sendable (any Error, Request) -> Void = { _, _ in }) {
        self.routes = routes
        self.onError = onError
    }

    package func answer(_ request: Request) -> Response {
        do {
            return try dispatch(request)
        } catch let problem as Problem {
            return problem.response
        } catch {
            onError(error, request)
            return Problem(500, "internal", "Something went wrong; the server's log has more.").response
        }
    }

    private func dispatch(_ request: Request) throws -> Response {
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
        let found = routes.compactMap { route in route.match(path).map { (route, $0) } }
        guard !found.isEmpty else { throw Problem(404, "not_found", "There is nothing at this address.") }
        // HEAD is GET without the body, which the server leaves out (RFC 9110 9.3.2).
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let (route, parameters) = found.first(where: { $0.0.method == method }) else {
            throw Router.notAllowed(found.map(\.0.method))
        }
        var request = request
        request.parameters = parameters
        let box = Locked<Response?>(nil)
        try route.handle(request, Reply { response in box.withLock { $0 = response } })
        return box.withLock { $0 } ?? Problem(503, "late", "The answer did not come in time.").response
    }

    private static func notAllowed(_ methods: [String]) -> Problem {
        let all = Set(methods).union(methods.contains("GET") ? ["HEAD"] : []).sorted()
        return Problem(
            405, "method_not_allowed", "This address does not have this method.",
            headers: [(name: "Allow", value: all.joined(separator: ", "))])
    }
}
