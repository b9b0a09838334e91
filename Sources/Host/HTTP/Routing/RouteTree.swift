/// The routes by the parts of their paths. A literal part goes before a `{name}`, and that before `{name...}`, which
/// takes the rest of the path.
struct RouteTree: Sendable {
    private struct Node {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var rest: Int?
        /// Indices of routes, by method.
        var methods: [String: Int] = [:]
    }

    /// A node that the path leads to, with what its parameters stand for.
    private struct Place {
        let node: Int
        let values: [Substring]
    }

    private let routes: [Route]
    private var nodes = [Node()]

    init(_ routes: [Route]) {
        self.routes = routes
        for (index, route) in routes.enumerated() {
            var node = 0
            for part in route.parts { node = child(of: node, part) }
            // Of two routes for the same, the first.
            if nodes[node].methods[route.method] == nil { nodes[node].methods[route.method] = index }
        }
    }

    enum Found {
        case route(Route, parameters: [String: String])
        /// The path is there, the method is not.
        case methods(Set<String>)
    }

    /// Nil when no route has this path.
    func find(_ method: String, _ path: String) -> Found? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        var places: [Place] = []
        visit(0, parts[...], [], &places)
        for place in places {
            guard let index = nodes[place.node].methods[method] else { continue }
            let names = routes[index].names
            return .route(routes[index], parameters: Dictionary(zip(names, place.values.map(String.init))) { $1 })
        }
        let methods = places.flatMap { nodes[$0.node].methods.keys }
        return methods.isEmpty ? nil : .methods(Set(methods))
    }

    private mutating func child(of node: Int, _ part: Substring) -> Int {
        let known =
            switch Route.kind(part) {
            case .literal: nodes[node].literals[String(part)]
            case .parameter: nodes[node].parameter
            case .rest: nodes[node].rest
            }
        if let known { return known }
        nodes.append(Node())
        let new = nodes.count - 1
        switch Route.kind(part) {
        case .literal: nodes[node].literals[String(part)] = new
        case .parameter: nodes[node].parameter = new
        case .rest: nodes[node].rest = new
        }
        return new
    }

    private func visit(_ node: Int, _ parts: ArraySlice<Substring>, _ values: [Substring], _ places: inout [Place]) {
        guard let part = parts.first else {
            if !nodes[node].methods.isEmpty { places.append(Place(node: node, values: values)) }
            return
        }
        if let next = nodes[node].literals[String(part)] { visit(next, parts.dropFirst(), values, &places) }
        guard !part.isEmpty else { return }
        if let next = nodes[node].parameter { visit(next, parts.dropFirst(), values + [part], &places) }
        if let next = nodes[node].rest, let last = parts.last {
            places.append(Place(node: next, values: values + [part.base[part.startIndex..<last.endIndex]]))
        }
    }
}
