/// A method and a path, and who answers them. `{name}` stands for one part of the path: `/subscribers/{id}`.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request) throws -> Response
    let method: String
    let parts: [Substring]
    let handler: Handler

    package init(_ method: String, _ path: String, _ handler: @escaping Handler) {
        self.method = method
        parts = path.split(separator: "/", omittingEmptySubsequences: false)
        self.handler = handler
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
