package import HTTP
package import PluginAPI
package import Store

/// One call of an endpoint: who calls, what he gives, and a connection for as long as it runs.
package struct Call {
    package let request: Request
    /// nil only where anybody may call.
    package let caller: Principal?
    package let connection: Connection
    package let inputs: Inputs
    /// If-Match; nil where the endpoint does not ask for it.
    package let version: Int64?

    /// The caller of an endpoint that nobody calls unknown.
    package var principal: Principal {
        guard let caller else { preconditionFailure("an open endpoint asks who calls") }
        return caller
    }

    package var scope: Scope { principal.scope }

    /// `{id}` of the path.
    package var id: Int64 { inputs.integer("id") ?? 0 }

    /// As the audit log names him.
    package var actor: Actor {
        guard let caller else {
            return Actor("anonymous", source: request.client, requestID: request.id)
        }
        let name = "\(caller.kind.rawValue):\(caller.name)"
        guard let impersonator = caller.impersonator else {
            return Actor(name, source: request.client, requestID: requestID)
        }
        return Actor("operator:\(impersonator)", onBehalfOf: name, source: request.client, requestID: requestID)
    }

    /// Of this request; marks what follows from it.
    package var requestID: String? { request.id }
}

/// What a caller gave, checked: by name, from path, query and body alike.
package struct Inputs: Sendable {
    package let path: [String: FieldValue]
    package let query: [String: FieldValue]
    package let body: [String: FieldValue]

    package subscript(_ name: String) -> FieldValue? { path[name] ?? body[name] ?? query[name] }

    package func text(_ name: String) -> String? { if case .text(let value) = self[name] { value } else { nil } }
    package func integer(_ name: String) -> Int64? {
        if case .integer(let value) = self[name] { value } else { nil }
    }
    package func bool(_ name: String) -> Bool? { if case .bool(let value) = self[name] { value } else { nil } }
    package func list(_ name: String) -> [FieldValue]? { if case .list(let value) = self[name] { value } else { nil } }
    package func texts(_ name: String) -> [String]? {
        list(name)?.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }
    package func integers(_ name: String) -> [Int64]? {
        list(name)?.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    }
    /// Whether it was given, null included.
    package func has(_ name: String) -> Bool { self[name] != nil }
}
