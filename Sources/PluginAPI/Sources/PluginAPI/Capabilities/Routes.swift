/// Adds routes to the HTTP API.
public protocol Routes: Plugin {
    /// Constant after `init`.
    var routes: [Route] { get }
}

/// One route, declared whole: decoding, validation, the permission check, OpenAPI and the negative tests come from it.
public struct Route: Sendable {
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public let method: Method
    /// Below `/api/v1/plugins`, beginning with the plugin's id, parameters in braces: `/public-ip/pools/{id}`. A
    /// parameter is a field of the input. Of GET and DELETE the other fields stand in the query, else in the body.
    public let path: String
    /// What the caller must be allowed: `public_ips.view`. There is no route without one.
    public let permission: String
    public let summary: String
    public let input: [FieldDescription]
    public let output: [FieldDescription]
    /// The error codes this route answers with beside the common ones.
    public let errors: [RouteError]
    /// Runs it: input values by name to output value. Throws `FieldErrors` or `RouteError`.
    public let run: @Sendable (_ input: [String: FieldValue], _ caller: Caller) async throws -> FieldValue

    public init<Input: Record, Output: Record>(
        _ method: Method, _ path: String, may permission: String, _ summary: String, errors: [RouteError] = [],
        _ handler: @escaping @Sendable (Input, Caller) async throws -> Output
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.summary = summary
        self.errors = errors
        input = Input.fields.map(\.description)
        output = Output.fields.map(\.description)
        run = { values, caller in try await handler(try Input(values: values), caller).fieldValue }
    }

    /// The names in braces, in order.
    public var parameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }.map {
            String($0.dropFirst().dropLast())
        }
    }

    /// What is wrong with the declaration itself, in sentences; empty when it is sound.
    public var faults: [String] {
        var faults: [String] = []
        if !path.hasPrefix("/") || path.hasSuffix("/") { faults.append("the path \(path) must start, not end, with /") }
        if permission.split(separator: ".").count != 2 {
            faults.append("\(permission) is no permission like pools.view")
        }
        let names = input.map(\.name)
        for parameter in parameters where !names.contains(parameter) {
            faults.append("{\(parameter)} of \(path) is no field of the input")
        }
        for (part, fields) in [("input", input), ("output", output)] {
            faults += Route.repeated(fields.map(\.name)).map { "the \(part) has two fields \($0)" }
        }
        return faults
    }

    private static func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }
    }
}

/// A refusal that a route can answer with.
public struct RouteError: Error, Sendable, Hashable {
    /// For programs; does not change: `pool_in_use`.
    public var code: String
    /// HTTP status.
    public var status: Int
    public var message: String

    public init(_ code: String, status: Int, _ message: String) {
        self.code = code
        self.status = status
        self.message = message
    }
}

/// Who calls a route; the host has checked the route's permission already.
public struct Caller: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// A person of the house or of a reseller, or his script.
        case `operator`
        /// A subscriber, in the portal.
        case customer
    }

    /// The operator's id, or the subscriber's.
    public var id: Int64
    public var name: String
    public var tenant: Int64
    public var permissions: Set<String>
    public var kind = Kind.operator
    /// The reseller whose rows, and those below him, the caller sees; nil for the house, which sees all.
    public var resellerID: Int64?
    /// `resellers.path` of that reseller: ids from the top, each ended by a slash (`1/7/`); empty for the house.
    public var resellerPath = ""
    /// Of the request; marks what follows from it in the logs.
    public var requestID: String?

    public init(id: Int64, name: String, tenant: Int64, permissions: Set<String>) {
        self.id = id
        self.name = name
        self.tenant = tenant
        self.permissions = permissions
    }
}
