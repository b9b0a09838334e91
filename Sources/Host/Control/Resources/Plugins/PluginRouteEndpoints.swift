import HTTP
import PluginAPI
import Policy

/// Plugins' own routes as endpoints of the API, below `/plugins/<id>/`: the same permission check, validation and
/// documents as the core's.
enum PluginRouteEndpoints {
    static func all(_ desk: PluginDesk) -> [Endpoint] { desk.host.routes.map { endpoint($0, desk) } }

    private static func endpoint(_ loaded: LoadedRoute, _ desk: PluginDesk) -> Endpoint {
        let route = loaded.route
        var endpoint = Endpoint(route.method, "/plugins" + route.path, .may(route.permission), route.summary) { call in
            try run(loaded, desk, call)
        }
        for field in route.input where route.parameters.contains(field.name) { endpoint = endpoint.parameter(field) }
        let others = route.input.filter { !route.parameters.contains($0.name) }
        switch route.method {
        case .get, .delete: endpoint = endpoint.query(others)
        case .patch where !others.isEmpty: endpoint = endpoint.changes(others)
        default: if !others.isEmpty { endpoint = endpoint.body(others) }
        }
        endpoint = route.output.isEmpty ? endpoint.output(.none, status: 204) : endpoint.output(.record(route.output))
        endpoint.errors = [RouteError("not_found", status: 404, "There is nothing at this address.")] + route.errors
        return endpoint
    }

    private static func run(_ loaded: LoadedRoute, _ desk: PluginDesk, _ call: Call) throws -> Answer {
        guard desk.doors.isOpen(loaded.pluginID) else {
            throw Problem(404, "not_found", "There is nothing at this address.")
        }
        let route = loaded.route
        let input = call.inputs.query.merging(call.inputs.body) { $1 }.merging(call.inputs.path) { $1 }
        if route.method != .get { try note(loaded, input, call) }
        let caller = caller(call)
        let output: FieldValue
        do {
            output = try desk.calls.call(loaded.pluginID) { try await route.run(input, caller) }
        } catch {
            throw PluginFailure.reading(error, of: loaded.pluginID, route)
        }
        return route.output.isEmpty ? .none : .json(JSON(output, route.output))
    }

    /// What a plugin changes it writes on a connection of its own; that it is asked to, and by whom, is noted here. Before
    /// it is asked: it may have changed something when it refuses, or go on when nobody waits any more.
    private static func note(_ loaded: LoadedRoute, _ input: [String: FieldValue], _ call: Call) throws {
        // No NUL is in it, which the audit log's images can't hold: none gets past the check of the input.
        let text = JSON(SecretFields.masked(input, loaded.route.input)).text
        try Audit.write(
            call.connection, call.actor, action: "\(loaded.route.method.rawValue) \(loaded.route.path)", kind: "plugin",
            id: nil, name: loaded.pluginID, after: text)
    }

    private static func caller(_ call: Call) -> Caller {
        let principal = call.principal
        var caller = Caller(
            id: principal.id, name: principal.name, tenant: principal.tenant, permissions: principal.permissions)
        caller.kind = principal.kind == .customer ? .customer : .operator
        caller.resellerID = principal.scope.resellerID
        caller.resellerPath = principal.scope.path
        caller.requestID = call.requestID
        return caller
    }
}
