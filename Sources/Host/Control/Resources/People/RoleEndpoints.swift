import HTTP
import PluginAPI
import Store

/// Roles, and the permissions that there are.
enum RoleEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [catalogue(house), create(house), change(house), remove(house)]
    }

    private static func catalogue(_ house: House) -> Endpoint {
        Endpoint(.get, "/permissions", .operator, "Every permission there is") { call in
            let permissions = house.identity(call.connection).catalogue.all
            return .json(
                .object([
                    (
                        "items",
                        .array(
                            permissions.map { permission in
                                .object([
                                    ("name", .text(permission.name)), ("title", .text(permission.title)),
                                    ("area", .text(permission.area)), ("house_only", .bool(permission.houseOnly)),
                                    ("is_held", .bool(call.principal.may(permission.name))),
                                ])
                            })
                    )
                ]))
        }
        .output(
            .items([
                FieldDescription(name: "name", kind: .text), FieldDescription(name: "title", kind: .text),
                FieldDescription(name: "area", kind: .text),
                FieldDescription(name: "house_only", kind: .bool, text: "no reseller's operator can hold it"),
                FieldDescription(name: "is_held", kind: .bool, text: "by the caller, who may give it on"),
            ]))
    }

    private static func fields(isNew: Bool) -> [FieldDescription] {
        [
            FieldDescription(name: "name", kind: .text, isRequired: isNew, constraints: [.length(1...63)]),
            FieldDescription(name: "description", kind: .optional(.text), constraints: [.length(0...500)]),
            FieldDescription(
                name: "permissions", kind: .list(.text), text: "nobody gives what he does not hold", isRequired: isNew,
                constraints: [.length(0...1000)]),
        ]
    }

    private static func create(_ house: House) -> Endpoint {
        Endpoint(.post, "/roles", .may("roles.manage"), "Add a role") { call in
            let id = try house.identity(call.connection).addRole(
                call.inputs.text("name") ?? "", description: call.inputs.text("description"),
                permissions: Set(call.inputs.texts("permissions") ?? []),
                resellerID: call.inputs.integer("reseller_id") ?? call.scope.resellerID, by: call.authority)
            return .json(.object([("id", .integer(id))]))
        }
        .body(
            fields(isNew: true) + [
                FieldDescription(
                    name: "reseller_id", kind: .optional(.integer), text: "null: a role of the house",
                    constraints: [.range(1...Int64.max)])
            ]
        )
        .output(.record(CommonFields.created), status: 201)
    }

    private static func change(_ house: House) -> Endpoint {
        Endpoint(.patch, "/roles/{id}", .may("roles.manage"), "Change a role and, with it, all who have it") { call in
            try house.identity(call.connection).changeRole(
                call.id, name: call.inputs.text("name"), description: call.cleared("description"),
                permissions: call.inputs.texts("permissions").map { Set($0) }, version: call.version,
                by: call.authority)
            return .none
        }
        .changes(fields(isNew: false)).output(.none, status: 204).versioned()
    }

    private static func remove(_ house: House) -> Endpoint {
        Endpoint(.delete, "/roles/{id}", .may("roles.manage"), "Remove a role that nobody has") { call in
            try house.identity(call.connection).removeRole(call.id, version: call.version, by: call.authority)
            return .none
        }
        .output(.none, status: 204).versioned()
    }
}
