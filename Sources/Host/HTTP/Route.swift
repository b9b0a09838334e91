/// A method and a path, and who answers them. `{name}` stands for one part of the path: `/subscribers/{id}`.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request) throws -> Response
    let method: String
    let parts: [Substring]
    /// Asked after the headers, before the body; nil lets everybody in.
    let admit: (@Sendable (Request, Admission) -> Void)?
    /// Most bytes of a body.
    let bodyLimit: Int
    let handle: @Sendable (Request, Reply) throws -> Void

    /// A route that answers at once.
    package init(_ method: String, _ path: String, _ handler: @escaping Handler) {
        self.init(method, path) { request, reply in reply.send(try handler(request)) }
    }

    /// A route that may answer later.
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

    /// What the `{name}` parts stand for when the path is this route's; nil when it is not.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == parts.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, given) in zip(parts, path) {
            if part.hasPrefix("{"), part.hasSuffix("}"), !given.isEmpty {
                parameters[String(part.dropFirst().dropLast())] = String(given)
            } else if part != given {
                return nil
            }
        }
        return parameters
    }
}
