import HTTP
import PluginAPI
import Store

/// Routers: register, change, rotate secrets, shut out, take out of use.
enum NASEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [
            create(house), change(house), remove(house), rotate(house), endRotation(house), register(house), forget,
        ]
    }

    private static func create(_ house: House) -> Endpoint {
        Endpoint(.post, "/nas", .may("nas.create"), "Register a NAS") { call in
            let secret = call.inputs.text("secret")
            let made = secret == nil ? SecretMaker.make() : nil
            let id = try add(call, house, secret: secret ?? made ?? "", call.inputs.body)
            return .json(.object([("id", .integer(id)), ("secret", .optional(made))]))
        }
        .body(NASFields.all.inputs + [NASFields.secret, NASFields.apiPassword] + AttributeFields.inputs)
        .output(.record(secretShown), status: 201)
    }

    private static let secretShown = [
        CommonFields.id,
        FieldDescription(
            name: "secret", kind: .optional(.text), text: "when it was made here: shown this once, never again"),
    ]

    /// In one transaction with what hangs on it.
    static func add(
        _ call: Call, _ house: House, secret: String, _ values: [String: FieldValue]
    ) throws -> Int64 {
        let attributes = try call.attributes(house)
        let records = call.records(house)
        guard case .text(let name) = values["name"] else { throw Problem(422, "invalid", "A NAS needs a name.") }
        let columns = NASFields.all.filter { $0.input.name != "name" }.columns(values)
        return try call.connection.transaction { () throws -> Int64 in
            let id = try records.addNAS(
                name, secret: secret, columns, replies: attributes.replies, checks: attributes.checks)
            if let password = call.inputs.text("api_password") { try records.setAPIPassword(id: id, password) }
            return id
        }
    }

    private static func change(_ house: House) -> Endpoint {
        Endpoint(.patch, "/nas/{id}", .may("nas.edit"), "Change a NAS; in force within a second") { call in
            let attributes = try call.attributes(house)
            let records = call.records(house)
            try call.change(.nas, call.id) {
                try records.setNAS(
                    id: call.id, name: try call.name(of: .nas, call.id), secret: nil, keepsOldSecret: false,
                    NASFields.all.columns(call.inputs.body),
                    apiPassword: call.inputs.has("api_password") ? .some(call.inputs.text("api_password")) : nil,
                    replies: attributes.replies, checks: attributes.checks,
                    unseal: house.open)
            }
            return .none
        }
        .changes(NASFields.all.inputs + [NASFields.apiPassword] + AttributeFields.inputs)
        .output(.none, status: 204).versioned()
    }

    private static func remove(_ house: House) -> Endpoint {
        Endpoint(
            .delete, "/nas/{id}", .may("nas.delete"), "Take a NAS out of use: shut out at once; its history stays"
        ) { call in
            try call.change(.nas, call.id) {
                let records = call.records(house)
                try records.retire(.nas, id: call.id, name: try call.name(of: .nas, call.id))
            }
            return .none
        }
        .output(.none, status: 204).versioned()
    }

    // MARK: secrets

    private static func rotate(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/nas/{id}/secret", .may("nas.edit"),
            "Change the secret; the old one is accepted beside it until the rotation is ended"
        ) { call in
            let given = call.inputs.text("secret")
            let secret = given ?? SecretMaker.make()
            try call.change(.nas, call.id) {
                try call.records(house).setNAS(
                    id: call.id, name: try call.name(of: .nas, call.id), secret: secret,
                    keepsOldSecret: call.inputs.bool("keep_old") ?? true, [], unseal: house.open)
            }
            return .json(.object([("id", .integer(call.id)), ("secret", given == nil ? .text(secret) : .null)]))
        }
        .body([
            NASFields.secret,
            FieldDescription(name: "keep_old", kind: .bool, text: "false: the old one is refused at once (true)"),
        ])
        .output(.record(secretShown)).versioned()
    }

    private static func endRotation(_ house: House) -> Endpoint {
        Endpoint(
            .delete, "/nas/{id}/secret/old", .may("nas.edit"), "End a rotation: the old secret is refused from now on"
        ) { call in
            try call.change(.nas, call.id) {
                try call.records(house).endRotation(id: call.id, name: try call.name(of: .nas, call.id))
            }
            return .none
        }
        .output(.none, status: 204).versioned()
    }

    // MARK: the inbox of unknown sources

    private static let source = FieldDescription(
        name: "source", kind: .format("ip-address"), text: "its address", isRequired: true)

    private static func register(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/unknown-sources/{source}/register", .may("nas.create"),
            "Register the router that asks from this address"
        ) { call in
            let source = call.inputs.text("source") ?? ""
            let rows = try call.connection.query(
                "select nas_identifier from nas_unknown where source = $1::inet", [.text(source)])
            guard call.scope.isHouse, let row = rows.first else {
                throw RecordRefusal("nobody asked from there", code: "not_found")
            }
            let secret = call.inputs.text("secret")
            let made = secret == nil ? SecretMaker.make() : nil
            var values = call.inputs.body
            values["ip"] = .text(source)
            values["name"] = .text(call.inputs.text("name") ?? row.optionalText(0).flatMap(shortened) ?? source)
            let id = try add(call, house, secret: secret ?? made ?? "", values)
            return .json(.object([("id", .integer(id)), ("secret", .optional(made))]))
        }
        .parameter(source)
        .body(
            [
                FieldDescription(
                    name: "name", kind: .text, text: "left out: its NAS-Identifier, else its address",
                    constraints: [.length(1...100)]), NASFields.secret,
            ] + NASFields.all.filter { ["type", "pack"].contains($0.input.name) }.inputs
        )
        .output(.record(secretShown), status: 201)
    }

    private static let forget = Endpoint(
        .delete, "/unknown-sources/{source}", .may("nas.create"), "Forget an unknown source until it asks again"
    ) { call in
        try call.connection.transaction { () throws in
            let gone = try call.connection.query(
                "delete from nas_unknown u where source = $1::inet and $2::bool returning host(source), to_jsonb(u)::text",
                [.text(call.inputs.text("source") ?? ""), .bool(call.scope.isHouse)])
            guard let row = gone.first else { throw RecordRefusal("nobody asked from there", code: "not_found") }
            try Audit.write(
                call.connection, call.actor, action: "forget", kind: "unknown-source", id: nil, name: row.text(0),
                before: row.text(1))
        }
        return .none
    }
    .parameter(source).output(.none, status: 204)

    private static func shortened(_ text: String) -> String? { text.isEmpty ? nil : String(text.prefix(100)) }
}
