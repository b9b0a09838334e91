import HTTP
import PluginAPI
import Store

/// Many subscribers at once: those named, or all that a filter finds. First how many, then a job.
enum BulkEndpoints {
    /// More would be too many to hand to a job by their ids.
    static let most = 100_000

    static func all(_ house: House) -> [Endpoint] { [preview, start] }

    private static let chosen: [FieldDescription] = [
        FieldDescription(
            name: "ids", kind: .list(.integer), text: "these subscribers, or …", constraints: [.length(1...10_000)]),
        FieldDescription(
            name: "filter",
            kind: .record(
                ListSpec.subscribers.parameters.filter {
                    !["after", "before", "size", "fields", "sort"].contains($0.name)
                }), text: "… all that the list finds with these parameters; {} for all there are"),
    ]

    private static let preview = Endpoint(
        .post, "/subscribers/bulk/preview", .may("subscribers.edit"), "How many subscribers an action would change"
    ) { call in
        .json(.object([("count", .count(try ids(call).count))]))
    }
    .body(chosen).output(.record([FieldDescription(name: "count", kind: .integer)]))
    .errors(tooMany)

    private static let tooMany = RouteError("too_many", status: 409, "more than \(most) at once")

    private static let start = Endpoint(
        .post, "/subscribers/bulk", .may("subscribers.edit"), "Change many subscribers, as a job"
    ) { call in
        let action = try BulkAction(call.inputs.body)
        guard call.principal.may(action.kind.permission) else {
            throw Problem(403, "forbidden", "This needs the permission \(action.kind.permission).")
        }
        let scoped = try call.scoped()
        for reference in action.references { try scoped.find(reference.kind, reference.id) }
        if action.kind == .moveReseller, action.values["reseller_id"] == .null, !call.scope.isHouse {
            throw Problem(403, "forbidden", "A reseller can't give a subscriber to the house.")
        }
        let ids = try ids(call)
        guard !ids.isEmpty else { throw RecordRefusal("nothing matches", code: "nothing") }
        let job = try call.connection.transaction { () throws in
            try Jobs.enqueue(
                call.connection, BulkJob.kind, title: action.kind.title(ids.count),
                arguments: BulkJob.arguments(action, ids, call.principal), actor: call.actor, owner: call.principal)
        }
        return .started(job, [("count", .count(ids.count))])
    }
    .body(chosen + BulkAction.fields)
    .output(
        .record([
            FieldDescription(name: "job_id", kind: .integer), FieldDescription(name: "count", kind: .integer),
        ]), status: 202
    )
    .errors(tooMany)

    /// Those that the caller sees. An id that he does not see is refused like one that is not there.
    private static func ids(_ call: Call) throws -> [Int64] {
        if let ids = call.inputs.integers("ids") {
            guard !call.inputs.has("filter") else { throw oneOf("give ids or filter, not both") }
            try call.scoped().find(.subscriber, ids)
            return Array(Set(ids)).sorted()
        }
        guard case .object(let filter) = call.inputs.body["filter"] else { throw oneOf("give ids or filter") }
        let reader = try ListReader(call.connection, call.principal)
        let query = try ListQuery(filter, of: .subscribers, permissions: call.principal.permissions)
        let ids = try reader.ids(.subscribers, query, limit: most)
        guard ids.count <= most else {
            throw RecordRefusal("more than \(most) match", hint: "narrow the filter", code: "too_many")
        }
        return ids
    }

    private static func oneOf(_ text: String) -> Problem {
        Problem(422, "invalid", "Which subscribers: \(text).", fields: [(name: "ids", text: text)])
    }
}
