import HTTP
import PluginAPI

/// What one subscriber used, and which addresses are his.
enum SubscriberFigures {
    static func all(_ house: House) -> [Endpoint] {
        [
            usage("/subscribers/{id}/usage", .may("subscribers.view"), "What a subscriber used, by day or month (UTC)")
            {
                call in
                try call.scoped().find(.subscriber, call.id)
                return call.id
            }, addresses,
        ]
    }

    /// - whose: the subscriber, whom the caller may see.
    static func usage(
        _ path: String, _ access: Access, _ summary: String, _ whose: @escaping @Sendable (Call) throws -> Int64
    ) -> Endpoint {
        Endpoint(.get, path, access, summary) { call in
            let days = try Scoped.usage(
                call.connection, of: try whose(call), by: call.inputs.text("by") ?? "day",
                from: call.inputs.text("from"), to: call.inputs.text("to"))
            return .json(.object([("items", .array(days))]))
        }
        .query(
            FieldDescription(name: "by", kind: .choice(["day", "month"]), text: "(day)"),
            FieldDescription(name: "from", kind: .format("date"), text: "first day (30 days ago; 12 months)"),
            FieldDescription(name: "to", kind: .format("date"), text: "last day (today)")
        )
        .output(
            .items([
                FieldDescription(name: "period", kind: .format("date"), text: "its first day"),
                FieldDescription(name: "input_octets", kind: .integer, text: "from the subscriber"),
                FieldDescription(name: "output_octets", kind: .integer, text: "to the subscriber"),
            ]))
    }

    private static let addresses = Endpoint(
        .get, "/subscribers/{id}/addresses", .may("subscribers.view"),
        "Which addresses are a subscriber's, where each comes from, and what routers report"
    ) { call in
        let addresses = try call.scoped().addresses(of: call.id)
        return .json(.object([("items", .array(addresses))]))
    }
    .output(
        .items([
            FieldDescription(name: "address", kind: .text, text: "an address or a prefix"),
            FieldDescription(
                name: "source", kind: .choice(["attribute", "static", "hold", "session"]),
                text: "a reply attribute of his own; a field of the record; a hold in a range; a live session"),
            FieldDescription(name: "detail", kind: .optional(.text), text: "which attribute, field, range or NAS"),
            FieldDescription(
                name: "is_effective", kind: .bool, text: "whether the next login is sent it, or a session has it"),
        ]))
}
