import HTTP
import PluginAPI
import Store

/// One session, who had an address, and the alarms.
enum SessionEndpoints {
    static let all: [Endpoint] = [one, lookup, acknowledge]

    private static let one = Endpoint(.get, "/sessions/{id}", .may("sessions.view"), "One session, open or closed") {
        call in
        .json(try ListReader(call.connection, call.principal).one(.session, call.id))
    }
    .output(.row(ListSpec.session.fields(for: .alone)))

    private static let lookup = Endpoint(
        .get, "/sessions/lookup", .may("sessions.lookup"),
        "Who had this address (IPv4, IPv6, or a prefix) at that time; noted with its case number in the audit log"
    ) { call in
        let (text, number) = (call.inputs.text("address") ?? "", call.inputs.text("case_number") ?? "")
        guard let network = IPPrefix(text), let at = try call.time("at")
        else { throw Problem(422, "invalid", "The address can't be read.", fields: [("address", "is no address")]) }
        let found = try call.connection.transaction { () throws -> [JSON] in
            let reader = try ListReader(call.connection, call.principal)
            let found = try AddressLookup(reader).sessions(
                network, at: at, port: call.inputs.integer("port").map(Int.init))
            let about: JSON = .object([
                ("case_number", .text(number)), ("at", .text(call.inputs.text("at") ?? "")),
                ("sessions", .count(found.count)),
            ])
            try Audit.write(
                call.connection, call.actor, action: "look-up", kind: "address", id: nil, name: text, after: about.text)
            return found
        }
        return .json(.object([("items", .array(found))]))
    }
    .query(
        FieldDescription(
            name: "address", kind: .format("ip-prefix"), text: "an address, or a prefix", isRequired: true),
        FieldDescription(name: "at", kind: .format("date-time"), text: "when", isRequired: true),
        FieldDescription(
            name: "port", kind: .integer, text: "where several shared the address by NAT",
            constraints: [.range(0...65535)]),
        FieldDescription(
            name: "case_number", kind: .text, text: "of the court or authority that asks", isRequired: true,
            constraints: [.length(1...100)])
    )
    .output(.items(ListSpec.session.fields(for: .alone)))

    private static let acknowledge = Endpoint(
        .post, "/alarms/{id}/acknowledge", .may("alarms.acknowledge"), "Note that an open alarm is being looked at"
    ) { call in
        guard call.scope.isHouse else { throw RecordRefusal("there is no alarm", code: "not_found") }
        let records = Records(call.connection, actor: call.actor) { plain, _ in plain }
        try records.acknowledge(alarm: call.id, clears: call.inputs.bool("clear") ?? false)
        return .none
    }
    .body([FieldDescription(name: "clear", kind: .bool, text: "true: it is over (false)")]).output(.none, status: 204)
}
