import HTTP
import PluginAPI
import Store

/// What is sold: create, change now or at renewal, clone, archive.
enum ServiceEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [create(house), change(house), clone(house), archive(house), versions(house)]
    }

    private static let references: [(field: String, kind: ScopedKind)] = [("default_nas_id", .nas)]

    private static func create(_ house: House) -> Endpoint {
        Endpoint(.post, "/services", .may("services.create"), "Add a service with its tiers") { call in
            let attributes = try call.attributes(house)
            let fields = ServiceFields.all.filter { $0.input.name != "name" }.columns(call.inputs.body)
            let tiers = tiers(call) ?? [TierDraft(name: "normal", fields: [])]
            let id = try call.connection.transaction { () throws -> Int64 in
                try call.findReferences(references)
                let id = try call.records(house).addService(
                    call.inputs.text("name") ?? "", fields, tiers: tiers, replies: attributes.replies,
                    checks: attributes.checks)
                try call.scoped().own(service: id)
                return id
            }
            return .json(.object([("id", .integer(id))]))
        }
        .body(ServiceFields.all.inputs + [ServiceFields.tiers] + AttributeFields.inputs)
        .output(.record(CommonFields.created), status: 201)
    }

    private static let applied = FieldDescription(
        name: "apply", kind: .choice(["now", "renewal"]),
        text: "now: for all who have it (now); renewal: as a new version, which subscribers get when they renew")

    private static func change(_ house: House) -> Endpoint {
        Endpoint(.patch, "/services/{id}", .may("services.edit"), "Change a service, now or at renewal") { call in
            let attributes = try call.attributes(house)
            let fields = ServiceFields.all.columns(call.inputs.body)
            let records = call.records(house)
            let id = try call.change(.service, call.id) { () throws -> Int64 in
                try call.scoped().checkOwned(service: call.id)
                try call.findReferences(references)
                let name = try call.name(of: .service, call.id)
                guard call.inputs.text("apply") == "renewal" else {
                    try records.setService(
                        id: call.id, name: name, fields, tiers: tiers(call), replies: attributes.replies,
                        checks: attributes.checks)
                    return call.id
                }
                return try records.replaceService(
                    call.id, name: call.inputs.text("name") ?? name, fields.filter { $0.column != "name" },
                    tiers: tiers(call), replies: attributes.replies, checks: attributes.checks)
            }
            return .json(.object([("id", .integer(id))]))
        }
        .changes(ServiceFields.all.inputs + [ServiceFields.tiers, applied] + AttributeFields.inputs)
        .output(.record(CommonFields.created)).versioned()
    }

    private static func clone(_ house: House) -> Endpoint {
        Endpoint(.post, "/services/{id}/clone", .may("services.create"), "Copy a service under another name") { call in
            try call.scoped().find(.service, call.id)
            let id = try call.connection.transaction { () throws -> Int64 in
                let copy = try call.records(house).cloneService(call.id, as: call.inputs.text("name") ?? "")
                try call.scoped().own(service: copy)
                return copy
            }
            return .json(.object([("id", .integer(id))]))
        }
        .body(ServiceFields.all.filter { $0.input.name == "name" }.inputs)
        .output(.record(CommonFields.created), status: 201)
    }

    private static func archive(_ house: House) -> Endpoint {
        Endpoint(
            .delete, "/services/{id}", .may("services.delete"),
            "Archive a service: nobody new gets it, whoever has it keeps it"
        ) { call in
            try call.change(.service, call.id) {
                try call.scoped().checkOwned(service: call.id)
                try call.records(house).retire(.service, id: call.id, name: try call.name(of: .service, call.id))
            }
            return .none
        }
        .output(.none, status: 204).versioned()
    }

    private static func versions(_ house: House) -> Endpoint {
        Endpoint(.get, "/services/{id}/versions", .may("services.view"), "The versions of a service, newest first") {
            call in
            .json(.object([("items", .array(try call.scoped().versions(ofService: call.id)))]))
        }
        .output(
            .items([
                CommonFields.id, FieldDescription(name: "created_at", kind: .format("date-time")),
                FieldDescription(name: "archived_at", kind: .optional(.format("date-time"))),
                FieldDescription(name: "subscribers", kind: .integer, text: "who have it now"),
            ]))
    }

    private static func tiers(_ call: Call) -> [TierDraft]? {
        call.inputs.list("tiers")?.map { tier in
            guard case .object(let values) = tier, case .text(let name) = values["name"] else {
                return TierDraft(name: "", fields: [])
            }
            return TierDraft(
                name: name, fields: ServiceFields.tier.filter { $0.input.name != "name" }.columns(values))
        }
    }
}

extension Call {
    /// Every id in the body that points to something must be one that the caller sees; null points to nothing.
    func findReferences(_ references: [(field: String, kind: ScopedKind)]) throws {
        let scoped = try scoped()
        for (field, kind) in references {
            if let id = inputs.body[field].flatMap({ if case .integer(let id) = $0 { id } else { nil } }) {
                try scoped.find(kind, id)
            }
        }
    }
}
