import HTTP
import PluginAPI
import Store

/// Resellers: the tree, and which routers and services each has.
enum ResellerEndpoints {
    static func all(_ house: House) -> [Endpoint] { records(house) + given(house) }

    private static func name(isNew: Bool) -> FieldDescription {
        FieldDescription(name: "name", kind: .text, isRequired: isNew, constraints: [.length(1...63)])
    }
    private static let parent = FieldDescription(
        name: "parent_id", kind: .optional(.integer), text: "whose he is; null: the house's",
        constraints: [.range(1...Int64.max)])

    private static func records(_ house: House) -> [Endpoint] {
        [
            Endpoint(.post, "/resellers", .may("resellers.create"), "Add a reseller") { call in
                let id = try house.identity(call.connection).addReseller(
                    call.inputs.text("name") ?? "", under: call.inputs.integer("parent_id") ?? call.scope.resellerID,
                    by: call.authority)
                return .json(.object([("id", .integer(id))]))
            }
            .body([name(isNew: true), parent]).output(.record(CommonFields.created), status: 201),
            Endpoint(
                .patch, "/resellers/{id}", .may("resellers.edit"), "Rename a reseller, or move him and all that is his"
            ) { call in
                let identity = house.identity(call.connection)
                // Also where nothing is given to be changed, he must be there, and be what the caller saw.
                try call.change(.reseller, call.id) {
                    if let name = call.inputs.text("name") {
                        try identity.renameReseller(call.id, name, version: nil, by: call.authority)
                    }
                    if call.inputs.has("parent_id") {
                        try identity.moveReseller(
                            call.id, under: call.inputs.integer("parent_id"), version: nil, by: call.authority)
                    }
                }
                return .none
            }
            .changes([name(isNew: false), parent]).output(.none, status: 204).versioned(),
            Endpoint(.delete, "/resellers/{id}", .may("resellers.delete"), "Remove a reseller who has nothing any more")
            {
                call in
                try house.identity(call.connection).removeReseller(call.id, version: call.version, by: call.authority)
                return .none
            }
            .output(.none, status: 204).versioned(),
        ]
    }

    private static func ids(_ text: String) -> FieldDescription {
        FieldDescription(
            name: "ids", kind: .list(.integer), text: text, isRequired: true, constraints: [.length(0...10_000)])
    }

    private static func given(_ house: House) -> [Endpoint] {
        [
            Endpoint(.get, "/resellers/{id}/nas", .may("resellers.view"), "The routers that a reseller sees") { call in
                try list(try call.scoped().routers(ofReseller: call.id))
            }
            .output(.record([ids("")])),
            Endpoint(.put, "/resellers/{id}/nas", .may("resellers.edit"), "Set the routers that a reseller sees") {
                call in
                try house.identity(call.connection).setRouters(
                    ofReseller: call.id, call.inputs.integers("ids") ?? [], by: call.authority)
                return .none
            }
            .body([ids("routers; a reseller gives those below him only what he sees")]).output(.none, status: 204),
            Endpoint(.get, "/resellers/{id}/services", .may("resellers.view"), "The services that a reseller may sell")
            {
                call in
                try list(try call.scoped().services(ofReseller: call.id))
            }
            .output(.record([ids("")])),
            Endpoint(
                .put, "/resellers/{id}/services", .may("resellers.edit"), "Set the services that a reseller may sell"
            ) { call in
                try call.scoped().set(services: call.inputs.integers("ids") ?? [], ofReseller: call.id, call.actor)
                return .none
            }
            .body([ids("services; a reseller gives those below him only what he may sell")]).output(.none, status: 204),
        ]
    }

    private static func list(_ ids: [Int64]) throws -> Answer {
        .json(.object([("ids", .array(ids.map { .integer($0) }))]))
    }
}
