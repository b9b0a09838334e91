import HTTP
import PluginAPI
import Store

/// The audit log's chain, legal holds, and the erasure of a subscriber.
enum AuditEndpoints {
    static let all: [Endpoint] = [verify, hold, release, preview, erase]

    private static let verify = Endpoint(
        .post, "/audit/verify", .may("audit.verify"),
        "Check, as a job, that no entry of the audit log was changed or taken away"
    ) { call in
        let seq = call.inputs.integer("known_seq"), hash = call.inputs.text("known_hash")
        guard (seq == nil) == (hash == nil), AuditVerify.isHead(seq, hash) else {
            let fault = "of an exported head both are given, the hash as 64 digits of 0-9 and a-f"
            throw Problem(
                422, "invalid", "In the body, known_hash: \(fault).", fields: [(name: "known_hash", text: fault)])
        }
        let job = try call.connection.transaction { () throws in
            try Jobs.enqueue(
                call.connection, AuditVerify.kind, title: "Check the audit log",
                arguments: AuditVerify.arguments(seq, hash, call.principal), actor: call.actor, owner: call.principal)
        }
        return .started(job)
    }
    .body([
        FieldDescription(
            name: "known_seq", kind: .integer, text: "of a head that was exported: a tail taken away is found by it",
            constraints: [.range(0...Int64.max)]),
        FieldDescription(name: "known_hash", kind: .text, text: "of the same", constraints: [.length(64...64)]),
    ])
    .output(.record([FieldDescription(name: "job_id", kind: .integer)]), status: 202)

    private static let hold = Endpoint(
        .post, "/legal-holds", .may("legal_hold.manage"),
        "Keep a subscriber's data, or everybody's, whatever retention says"
    ) { call in
        let id = try LegalHolds.add(
            call.connection, actor: call.actor, subscriber: call.inputs.integer("subscriber_id"),
            caseNumber: call.inputs.text("case_number") ?? "", reason: call.inputs.text("reason") ?? "",
            since: nil, until: try call.time("until"))
        return .json(.object([("id", .integer(id))]))
    }
    .body([
        FieldDescription(
            name: "subscriber_id", kind: .optional(.integer), text: "null: everybody",
            constraints: [.range(1...Int64.max)]),
        FieldDescription(name: "case_number", kind: .text, isRequired: true, constraints: [.length(1...100)]),
        FieldDescription(name: "reason", kind: .text, isRequired: true, constraints: [.length(1...1000)]),
        FieldDescription(name: "until", kind: .optional(.format("date-time")), text: "null: till it is released"),
    ])
    .output(.record(CommonFields.created), status: 201)

    private static let release = Endpoint(
        .delete, "/legal-holds/{id}", .may("legal_hold.manage"), "End a legal hold; that it was stays on record"
    ) { call in
        try LegalHolds.release(call.connection, call.id, actor: call.actor)
        return .none
    }
    .output(.none, status: 204)

    private static let preview = Endpoint(
        .get, "/subscribers/{id}/erasure", .may("subscribers.erase"), "What the erasure of a subscriber would do"
    ) { call in
        try call.scoped().find(.subscriberEver, call.id)
        let preview = try Erasure.preview(call.connection, subscriber: call.id)
        return .json(
            .object([
                ("pseudonym", .text(preview.pseudonym)), ("fields", .array(preview.fields.map(JSON.text))),
                ("sessions_now", .count(preview.sessionsNow)), ("sessions_later", .count(preview.sessionsLater)),
                ("logins_now", .count(preview.loginsNow)), ("logins_later", .count(preview.loginsLater)),
                ("live_sessions", .count(preview.liveSessions)), ("audit_entries", .count(preview.auditRows)),
                ("held_by", .array(preview.heldBy.map(JSON.text))),
            ]))
    }
    .output(
        .record([
            FieldDescription(name: "pseudonym", kind: .text, text: "what takes the place of the user name"),
            FieldDescription(name: "fields", kind: .list(.text), text: "what will be empty"),
            FieldDescription(name: "sessions_now", kind: .integer, text: "records that get the pseudonym at once"),
            FieldDescription(name: "sessions_later", kind: .integer, text: "those that the law wants kept meanwhile"),
            FieldDescription(name: "logins_now", kind: .integer),
            FieldDescription(name: "logins_later", kind: .integer),
            FieldDescription(name: "live_sessions", kind: .integer),
            FieldDescription(name: "audit_entries", kind: .integer, text: "that lose their images"),
            FieldDescription(name: "held_by", kind: .list(.text), text: "case numbers that forbid it"),
        ]))

    private static let erase = Endpoint(
        .post, "/subscribers/{id}/erasure", .may("subscribers.erase"),
        "Erase a subscriber's personal data; what the books and the law want kept stays under his number"
    ) { call in
        try call.scoped().find(.subscriberEver, call.id)
        try Erasure.run(
            call.connection, subscriber: call.id, actor: call.actor, reason: call.inputs.text("reason") ?? "")
        return .none
    }
    .body([FieldDescription(name: "reason", kind: .text, isRequired: true, constraints: [.length(1...1000)])])
    .output(.none, status: 204)
}
