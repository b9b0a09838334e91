import PluginAPI

/// Text with facts in braces: `QU;{up.bps};{filter-id|tier}`. Of facts divided by `|` the first that is known counts;
/// `{{` and `}}` stand for the braces themselves.
struct PackTemplate: Sendable {
    private enum Piece: Sendable {
        case text(String)
        case facts([PackFact])
    }

    private let pieces: [Piece]

    /// Throws at the template's place when a fact is unknown or a brace is left open.
    init(_ text: String, _ place: PackPlace) throws(PluginError) {
        var pieces: [Piece] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                literal.append(rest.removeFirst())
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw place.error("a { is not closed in \"\(text)\"") }
                if !literal.isEmpty { pieces.append(.text(literal)) }
                literal = ""
                pieces.append(.facts(try PackTemplate.facts(rest[..<end], place)))
                rest = rest[rest.index(after: end)...]
            case "}": throw place.error("a } without { in \"\(text)\"")
            default: literal.append(character)
            }
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        guard !pieces.isEmpty else { throw place.error("the value is empty") }
        self.pieces = pieces
    }

    /// The value for a plan; nil when a fact it names is not known.
    func value(_ facts: Facts) -> ReplyValue? {
        var parts: [TemplatePart] = []
        for piece in pieces {
            switch piece {
            case .text(let text): PackTemplate.append(text, to: &parts)
            case .facts(let choices):
                guard let part = PackTemplate.part(choices, facts) else { return nil }
                if case .text(let text) = part { PackTemplate.append(text, to: &parts) } else { parts.append(part) }
            }
        }
        guard parts.count == 1 else { return .template(parts) }
        if case .slot(let slot) = parts[0] { return .slot(slot) }
        if case .text(let text) = parts[0] { return .text(text) }
        return .template(parts)
    }

    private static func facts(_ names: Substring, _ place: PackPlace) throws(PluginError) -> [PackFact] {
        var facts: [PackFact] = []
        for name in names.split(separator: "|", omittingEmptySubsequences: false) {
            guard let fact = PackFact(name) else { throw place.error("there is no fact \"\(name)\"") }
            facts.append(fact)
        }
        return facts
    }

    private static func part(_ choices: [PackFact], _ facts: Facts) -> TemplatePart? {
        for fact in choices {
            if let slot = fact.slot { return .slot(slot) }
            if let text = facts.text(fact) { return .text(text) }
        }
        return nil
    }

    private static func append(_ text: String, to parts: inout [TemplatePart]) {
        if case .text(let before)? = parts.last {
            parts[parts.count - 1] = .text(before + text)
        } else {
            parts.append(.text(text))
        }
    }
}
