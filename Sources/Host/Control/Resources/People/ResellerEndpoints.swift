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
                // The tree first, then the row: who moves one above has the tree and comes for this row.
                let losses = try identity.changing { try change(call, identity) }
                return .json(json(losses))
            }
            .changes([name(isNew: false), parent]).output(.record(lost)).versioned(),
            Endpoint(.delete, "/resellers/{id}", .may("resellers.delete"), "Remove a reseller who has nothing any more")
            {
                call in
                try house.identity(call.connection).removeReseller(call.id, version: call.version, by: call.authority)
                return .none
            }
            .output(.none, status: 204).versioned(),
        ]
    }

    /// Also where nothing is given to be changed, he must be there, and be what the caller saw.
    private static func change(_ call: Call, _ identity: Identity) throws -> ResellerLosses {
        try call.change(.reseller, call.id) { () throws -> ResellerLosses in
            if let name = call.inputs.text("name") {
                try identity.renameReseller(call.id, name, version: nil, by: call.authority)
            }
            guard call.inputs.has("parent_id") else { return .nothing }
            return try identity.moveReseller(
                call.id, under: call.inputs.integer("parent_id"), version: nil, by: call.authority)
        }
    }

    private static let lost: [FieldDescription] = [
        FieldDescription(
            name: "lost",
            kind: .list(
                .record([
                    FieldDescription(name: "reseller_id", kind: .integer),
                    FieldDescription(name: "name", kind: .text),
                    FieldDescription(name: "nas_ids", kind: .list(.integer)),
                    FieldDescription(name: "service_ids", kind: .list(.integer)),
                ])),
            text: "what he and those below him had, and the reseller above him now has not: it is taken away"),
        FieldDescription(
            name: "lost_roles",
            kind: .list(
                .record([
                    FieldDescription(name: "operator_id", kind: .integer),
                    FieldDescription(name: "username", kind: .text),
                    FieldDescription(name: "role_ids", kind: .list(.integer)),
                ])), text: "roles of resellers who are no longer above, taken from their people"),
    ]

    private static func json(_ losses: ResellerLosses) -> JSON {
        let list = { (ids: [Int64]) in JSON.array(ids.map { .integer($0) }) }
        let given: [JSON] = losses.given.map {
            .object([
                ("reseller_id", .integer($0.resellerID)), ("name", .text($0.name)), ("nas_ids", list($0.routers)),
                ("service_ids", list($0.services)),
            ])
        }
        let roles: [JSON] = losses.roles.map {
            .object([
                ("operator_id", .integer($0.operatorID)), ("username", .text($0.username)),
                ("role_ids", list($0.roles)),
            ])
        }
        return .object([("lost", .array(given)), ("lost_roles", .array(roles))])
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
            .body([ids("routers; nobody is given what the reseller above him does not see")]).output(.none, status: 204)
            .errors(RouteError("beyond_parent", status: 409, "the reseller above him does not see it")),
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
            .body([ids("services; nobody is given what the reseller above him may not sell")])
            .output(.none, status: 204)
            .errors(RouteError("beyond_parent", status: 409, "the reseller above him may not sell it")),
        ]
    }

    private static func list(_ ids: [Int64]) throws -> Answer {
        .json(.object([("ids", .array(ids.map { .integer($0) }))]))
    }
}
