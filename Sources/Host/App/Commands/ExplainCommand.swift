import AAA
import Dictionary
import HTTP
import PluginAPI

/// `tollkeeper explain`: the decision of a login without a packet.
enum ExplainCommand {
    static let group = CommandGroup(
        "explain",
        options: Options(
            "what a login would get: every check with its inputs, and the reply with who gave each attribute",
            positionals: ["USER"],
            flags: [
                .value("nas", "NAS", "where it logs in", isRequired: true),
                .value("mac", "MAC", "the device it would come with"),
                .value("line", "TEXT", "the line it would come by"),
                .bool("all-dialects", "the same service as each vendor would get it"),
            ],
            notes: """
                Asks the database as it is now; the password is not tried. Below stand the last logins that really came,
                and what became of them.
                """)
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            var mac: MACAddress?
            if let text = parsed.value("mac") {
                mac = MACAddress(text)
                if mac == nil { throw CommandError.misused("--mac `\(text)` is not a MAC") }
            }
            let question = Explanation.Question(
                user: parsed.positionals[0], nas: parsed.value("nas") ?? "", mac: mac, line: parsed.value("line"))
            let dictionary = try database.dictionary()
            let explanation = try Explanation.answer(
                question, database.connection, dictionary: dictionary, vault: database.secretVault)
            guard let explanation else {
                throw CommandError.refused(
                    "there is no NAS `\(question.nas)`", hint: "see `tollkeeper nas list`", code: "not_found")
            }
            let recent = try RecentLogins.read(database.connection, user: question.user, nas: question.nas)
            if environment.isJSON {
                environment.print(json(explanation, recent).text)
            } else {
                environment.writeOutput(text(explanation, allDialects: parsed.has("all-dialects")) + recent.text)
            }
        }
    }

    private static func text(_ explanation: Explanation, allDialects: Bool) -> String {
        var text = ""
        for step in explanation.steps {
            let verdict = step.refusal.map { "REJECT \($0.rawValue)" } ?? (step.isReached ? "pass" : "not reached")
            text += "\(padded(step.name, 18)) \(padded(verdict, 28)) \(step.inputs)\n"
        }
        text += "\n" + (explanation.refusal.map { "Access-Reject: \($0.rawValue)" } ?? "Access-Accept") + "\n"
        text += lines(explanation.reply)
        guard allDialects else { return text }
        for (dialect, reply) in explanation.dialects {
            text += "\n\(dialect)\n"
            switch reply {
            case .success(let attributes): text += lines(attributes)
            case .failure(let why): text += "  no reply: \(why)\n"
            }
        }
        return text
    }

    private static func lines(_ attributes: [Explanation.Attribute]) -> String {
        attributes.map { "  \(padded($0.text, 60)) from \($0.origin)\n" }.joined()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func json(_ explanation: Explanation, _ recent: RecentLogins) -> JSON {
        let attributes = { (list: [Explanation.Attribute]) -> JSON in
            .array(list.map { .object([("attribute", .text($0.text)), ("from", .text($0.origin))]) })
        }
        return .object([
            ("verdict", .text(explanation.refusal == nil ? "accept" : "reject")),
            ("reason", .optional(explanation.refusal?.rawValue)),
            (
                "checks",
                .array(
                    explanation.steps.map { step in
                        .object([
                            ("check", .text(step.name)), ("reached", .bool(step.isReached)),
                            ("refusal", .optional(step.refusal?.rawValue)), ("inputs", .text(step.inputs)),
                        ])
                    })
            ), ("reply", attributes(explanation.reply)),
            (
                "dialects",
                .object(
                    explanation.dialects.map { dialect, reply in
                        switch reply {
                        case .success(let list): (dialect, attributes(list))
                        case .failure(let why): (dialect, .text(why.description))
                        }
                    })
            ), ("recent", recent.json),
        ])
    }
}
