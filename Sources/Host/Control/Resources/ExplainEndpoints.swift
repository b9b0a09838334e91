import AAA
import HTTP
import PluginAPI
import Store

/// What a login of a subscriber would get, without a packet.
enum ExplainEndpoints {
    static func all(_ house: House) -> [Endpoint] { [explain(house), tryLogin(house)] }

    private static func explain(_ house: House) -> Endpoint {
        Endpoint(
            .get, "/subscribers/{id}/explain", .may("subscribers.view"),
            "What a login would get at a NAS: every check with its inputs, and the reply with who gave each attribute"
        ) { call in
            .json(.object(members(try explanation(call, house))))
        }
        .query(place)
        .output(.record(output)).long()
    }

    private static let place: [FieldDescription] = [
        FieldDescription(
            name: "nas_id", kind: .integer, text: "where it logs in", isRequired: true,
            constraints: [.range(1...Int64.max)]),
        FieldDescription(name: "mac", kind: .format("mac-address"), text: "the device it would come with"),
        FieldDescription(
            name: "line", kind: .text, text: "the line it would come by", constraints: [.length(1...253)]),
    ]

    /// Throws `not_found` of a subscriber or NAS that the caller does not see.
    private static func explanation(_ call: Call, _ house: House) throws -> Explanation {
        let question = Explanation.Question(
            user: try call.name(of: .subscriber, call.id),
            nas: try call.name(of: .nas, call.inputs.integer("nas_id") ?? 0),
            mac: call.inputs.text("mac").flatMap { MACAddress($0) }, line: call.inputs.text("line"))
        let vault = SecretVault { try house.open($0, $1) }
        guard
            let explanation = try Explanation.answer(
                question, call.connection, dictionary: house.dictionary, vault: vault)
        else { throw RecordRefusal("there is no such NAS", code: "not_found") }
        return explanation
    }

    private static func tryLogin(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/subscribers/{id}/test-login", .may("subscribers.edit"),
            "Try a login with a password: what it would get at a NAS; no packet is sent"
        ) { call in
            let explanation = try explanation(call, house)
            let fits = try house.identity(call.connection).fits(
                call.inputs.text("password") ?? "", subscriber: call.id)
            // The password is checked before everything that can refuse a known subscriber.
            let isWrong = fits != true
            let (verdict, reason) =
                isWrong ? ("reject", fits == nil ? "no-password" : "wrong-password") : outcome(explanation)
            return .json(
                .object([
                    ("verdict", .text(verdict)), ("reason", .optional(reason)),
                    ("reply", attributes(isWrong ? [] : explanation.reply)),
                ]))
        }
        .body(
            [
                FieldDescription(
                    name: "password", kind: .text, isRequired: true, isSecret: true, constraints: [.length(1...128)])
            ] + place
        )
        .output(
            .record([
                FieldDescription(name: "verdict", kind: .choice(["accept", "reject"])),
                FieldDescription(name: "reason", kind: .optional(.text)),
                FieldDescription(name: "reply", kind: .list(.record(attribute))),
            ])
        ).long()
    }

    private static func outcome(_ explanation: Explanation) -> (verdict: String, reason: String?) {
        (explanation.refusal == nil ? "accept" : "reject", explanation.refusal?.rawValue)
    }

    private static let attribute: [FieldDescription] = [
        FieldDescription(name: "attribute", kind: .text, text: "as a dictionary writes it"),
        FieldDescription(name: "from", kind: .text, text: "who gave it"),
    ]

    static let output: [FieldDescription] = [
        FieldDescription(name: "verdict", kind: .choice(["accept", "reject"])),
        FieldDescription(name: "reason", kind: .optional(.text)),
        FieldDescription(
            name: "checks",
            kind: .list(
                .record([
                    FieldDescription(name: "check", kind: .text), FieldDescription(name: "reached", kind: .bool),
                    FieldDescription(name: "refusal", kind: .optional(.text)),
                    FieldDescription(name: "inputs", kind: .text),
                ]))),
        FieldDescription(name: "reply", kind: .list(.record(attribute))),
        FieldDescription(
            name: "dialects",
            kind: .list(
                .record([
                    FieldDescription(name: "dialect", kind: .text),
                    FieldDescription(name: "problem", kind: .optional(.text)),
                    FieldDescription(name: "reply", kind: .list(.record(attribute))),
                ])), text: "the same service as each vendor would get it"),
    ]

    private static func members(_ explanation: Explanation) -> [(String, JSON)] {
        let (verdict, reason) = outcome(explanation)
        return [
            ("verdict", .text(verdict)), ("reason", .optional(reason)),
            ("checks", .array(explanation.steps.map(step))), ("reply", attributes(explanation.reply)),
            (
                "dialects",
                .array(
                    explanation.dialects.map { dialect, reply in
                        var (problem, list): (String?, [Explanation.Attribute]) = (nil, [])
                        switch reply {
                        case .success(let attributes): list = attributes
                        case .failure(let why): problem = why.description
                        }
                        return .object([
                            ("dialect", .text(dialect)), ("problem", .optional(problem)), ("reply", attributes(list)),
                        ])
                    })
            ),
        ]
    }

    private static func step(_ step: Explanation.Step) -> JSON {
        .object([
            ("check", .text(step.name)), ("reached", .bool(step.isReached)),
            ("refusal", .optional(step.refusal?.rawValue)), ("inputs", .text(step.inputs)),
        ])
    }

    private static func attributes(_ list: [Explanation.Attribute]) -> JSON {
        .array(list.map { .object([("attribute", .text($0.text)), ("from", .text($0.origin))]) })
    }
}
