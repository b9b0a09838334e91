/// A method and a path, and who answers them. `{name}` stands for one part of the path: `/subscribers/{id}`;
/// `{name...}`, as the last part, for one or more.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request) throws -> Response
    let method: String
    let parts: [Substring]
    /// Asked after the headers, before the body; nil lets everybody in.
    let admit: (@Sendable (Request, Admission) -> Void)?
    /// Most bytes of a body.
    let bodyLimit: Int
    let handle: @Sendable (Request, Reply) throws -> Void

    /// A route that answers at once, on a thread that serves all clients: nothing in it may wait.
    package init(_ method: String, _ path: String, bodyLimit: Int = 1 << 20, _ handler: @escaping Handler) {
        self.init(method, path, bodyLimit: bodyLimit) { request, reply in reply.send(try handler(request)) }
    }

    /// A route that may answer later, from any thread. Neither `admit` nor `handle` may wait.
    package init(
        _ method: String, _ path: String, bodyLimit: Int = 1 << 20,
        admit: (@Sendable (Request, Admission) -> Void)? = nil,
        handle: @escaping @Sendable (Request, Reply) throws -> Void
    ) {
        self.method = method
        parts = path.split(separator: "/", omittingEmptySubsequences: false)
        self.admit = admit
        self.bodyLimit = bodyLimit
        self.handle = handle
    }

    package static func get(_ path: String, _ handler: @escaping Handler) -> Route { Route("GET", path, handler) }

    enum Kind { case literal, parameter, rest }

    static func kind(_ part: Substring) -> Kind {
        guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal }
        return part.hasSuffix("...}") ? .rest : .parameter
    }

    /// Of the parameters, in the path's order.
    var names: [String] {
        parts.compactMap { part in
            switch Route.kind(part) {
            case .literal: nil
            case .parameter: String(part.dropFirst().dropLast())
            case .rest: String(part.dropFirst().dropLast(4))
            }
        }
    }
}
