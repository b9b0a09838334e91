package import HTTP
import PluginAPI

/// The OpenAPI 3.1 document of all endpoints.
package enum OpenAPI {
    package static func document(_ endpoints: [Endpoint], version: String) -> JSON {
        .object([
            ("openapi", .text("3.1.0")),
            (
                "info",
                .object([
                    ("title", .text("Tollkeeper")), ("version", .text(version)),
                    ("description", .text("The API of the AAA server Tollkeeper.")),
                ])
            ),
            ("servers", .array([.object([("url", .text(API.root))])])),
            ("tags", .array(tags(endpoints).map { .object([("name", .text($0))]) })),
            ("paths", .object(paths(endpoints))),
            ("components", components),
        ])
    }

    private static func tags(_ endpoints: [Endpoint]) -> [String] {
        var names: [String] = []
        for endpoint in endpoints where !names.contains(endpoint.tag) { names.append(endpoint.tag) }
        return names
    }

    private static func paths(_ endpoints: [Endpoint]) -> [(String, JSON)] {
        var order: [String] = []
        var operations: [String: [(String, JSON)]] = [:]
        for endpoint in endpoints {
            if operations[endpoint.path] == nil { order.append(endpoint.path) }
            let entry = (endpoint.method.rawValue.lowercased(), operation(endpoint))
            operations[endpoint.path, default: []].append(entry)
        }
        return order.map { ($0, .object(operations[$0] ?? [])) }
    }

    private static func operation(_ endpoint: Endpoint) -> JSON {
        var members: [(String, JSON)] = [
            ("operationId", .text(endpoint.name)), ("summary", .text(endpoint.summary)),
            ("tags", .array([.text(endpoint.tag)])),
        ]
        if endpoint.access == .open { members.append(("security", .array([]))) }
        if let permission = endpoint.access.permission { members.append(("x-permission", .text(permission))) }
        let parameters = parameters(endpoint)
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = endpoint.body { members.append(("requestBody", requestBody(body))) }
        members.append(("responses", .object(responses(endpoint))))
        return .object(members)
    }

    private static func parameters(_ endpoint: Endpoint) -> [JSON] {
        let path = endpoint.parameters.map { parameter($0, in: "path", isRequired: true) }
        let query = endpoint.query.map { parameter($0, in: "query", isRequired: $0.isRequired) }
        guard endpoint.needsVersion else { return path + query }
        let ifMatch = FieldDescription(
            name: "If-Match", kind: .text,
            text: "The ETag of the record that the change is made on, or its version in quotes.")
        return path + query + [parameter(ifMatch, in: "header", isRequired: true)]
    }

    private static func parameter(_ field: FieldDescription, in place: String, isRequired: Bool) -> JSON {
        var schema = Schema.field(field, isInput: true)
        if place == "path", case .text = field.kind { schema = Schema.pathText(schema) }
        var members: [(String, JSON)] = [
            ("name", .text(field.name)), ("in", .text(place)), ("required", .bool(isRequired)), ("schema", schema),
        ]
        // A list is one text with commas.
        if place == "query", case .list = field.kind.wrapped {
            members += [("style", .text("form")), ("explode", .bool(false))]
        }
        return .object(members)
    }

    private static func requestBody(_ body: Endpoint.Body) -> JSON {
        switch body {
        case .fields(let fields, let partly):
            .object([
                ("required", .bool(partly || fields.contains { $0.isRequired })),
                ("content", content("application/json", Schema.object(fields, partly: partly, isInput: true))),
            ])
        case .text(let type, _):
            .object([("required", .bool(true)), ("content", content(type, .object([("type", .text("string"))])))])
        }
    }

    private static func content(_ type: String, _ schema: JSON) -> JSON {
        .object([(type, .object([("schema", schema)]))])
    }

    private static func responses(_ endpoint: Endpoint) -> [(String, JSON)] {
        var answers: [(String, JSON)] = [("\(endpoint.status)", success(endpoint))]
        for status in endpoint.failures {
            let reference: JSON = .object([("$ref", .text("#/components/schemas/Problem"))])
            let codes = endpoint.errors.filter { $0.status == status }.map { "\($0.code): \($0.message)" }
            let text = codes.isEmpty ? Problem.name(of: status) : codes.joined(separator: "; ")
            answers.append(
                (
                    "\(status)",
                    .object([
                        ("description", .text(text)), ("content", content("application/problem+json", reference)),
                    ])
                ))
        }
        if endpoint.hasVersion { answers.append(("304", .object([("description", .text("Not modified"))]))) }
        return answers
    }

    private static func success(_ endpoint: Endpoint) -> JSON {
        func described(_ type: String, _ schema: JSON) -> JSON {
            .object([("description", .text(endpoint.summary)), ("content", content(type, schema))])
        }
        switch endpoint.output {
        case .none: return .object([("description", .text(endpoint.summary))])
        case .record(let fields): return described("application/json", Schema.object(fields, isInput: false))
        case .row(let fields): return described("application/json", Schema.row(fields))
        case .page(let fields): return described("application/json", Schema.page(fields))
        case .items(let fields): return described("application/json", Schema.items(fields))
        case .text(let type): return described(type, .object([("type", .text("string"))]))
        case .events: return described("text/event-stream", .object([("type", .text("string"))]))
        }
    }

    private static let components: JSON = .object([
        ("schemas", .object([("Problem", problem)])),
        (
            "securitySchemes",
            .object([
                ("token", .object([("type", .text("http")), ("scheme", .text("bearer"))])),
                (
                    "session",
                    .object([
                        ("type", .text("apiKey")), ("in", .text("cookie")),
                        ("name", .text(PresentedCredential.cookie)),
                    ])
                ),
            ])
        ),
    ])

    private static let problem = Schema.object(
        [
            FieldDescription(name: "type", kind: .text), FieldDescription(name: "title", kind: .text),
            FieldDescription(name: "status", kind: .integer),
            FieldDescription(name: "code", kind: .text, text: "for programs; does not change"),
            FieldDescription(name: "detail", kind: .text, text: "one sentence"),
        ], isInput: false)
}

extension Schema {
    /// A page of a list; which of the columns are there is the caller's choice.
    static func page(_ fields: [FieldDescription]) -> JSON {
        let cursor = FieldKind.optional(.text)
        return .object([
            ("type", .text("object")),
            (
                "properties",
                .object([
                    ("items", list(fields)),
                    ("total", field(FieldDescription(name: "total", kind: .integer), isInput: false)),
                    ("total_is_exact", .object([("type", .text("boolean"))])),
                    ("next", field(FieldDescription(name: "next", kind: cursor), isInput: false)),
                    ("prev", field(FieldDescription(name: "prev", kind: cursor), isInput: false)),
                ])
            ),
            ("required", .array(["items", "total", "total_is_exact", "next", "prev"].map(JSON.text))),
        ])
    }

    static func items(_ fields: [FieldDescription]) -> JSON {
        .object([
            ("type", .text("object")), ("properties", .object([("items", list(fields))])),
            ("required", .array([.text("items")])),
        ])
    }

    static func row(_ fields: [FieldDescription]) -> JSON {
        .object([
            ("type", .text("object")),
            ("properties", .object(fields.map { ($0.name, field($0, isInput: false)) })),
        ])
    }

    private static func list(_ fields: [FieldDescription]) -> JSON {
        .object([("type", .text("array")), ("items", row(fields))])
    }
}

extension Endpoint {
    /// The statuses that a call can fail with, in order.
    var failures: [Int] {
        var all: Set<Int> = [429, 503]
        if access != .open { all.formUnion([401, 403]) }
        if access.permission == nil, access == .open { all.insert(401) }
        if !parameters.isEmpty { all.insert(404) }
        if !query.isEmpty { all.formUnion([400, 414, 422]) }
        if body != nil { all.formUnion([400, 404, 409, 413, 415, 422]) }
        if method != .get { all.formUnion([400, 409]) }
        if needsVersion { all.formUnion([412, 428]) }
        all.formUnion([400])
        all.formUnion(errors.map(\.status))
        return all.sorted()
    }

    var hasVersion: Bool {
        guard method == .get, case .row(let fields) = output else { return false }
        return fields.contains { $0.name == "version" }
    }
}
