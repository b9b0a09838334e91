import PluginAPI

/// `when="rates !param:qos-profile tier=normal"`: facts that must be known, must not be, or must have a value; all hold
/// together. At most one is a slot, which is decided at login.
struct PackCondition: Sendable {
    private struct Term: Sendable {
        var fact: PackFact
        var isNegated: Bool
        var value: String?
    }

    private var terms: [Term] = []
    /// What is left to decide at login.
    private(set) var atLogin = ReplyCondition.always

    /// No text is "always".
    init(_ text: String?, _ place: PackPlace) throws(PluginError) {
        for word in (text ?? "").split(separator: " ") {
            let isNegated = word.first == "!"
            let parts = (isNegated ? word.dropFirst() : word).split(separator: "=", maxSplits: 1)
            guard let name = parts.first, let fact = PackFact(name) else {
                throw place.error("there is no fact \"\(word)\"")
            }
            if let slot = fact.slot {
                guard atLogin == .always, parts.count == 1 else {
                    throw place.error("\"\(word)\": a condition can ask for one thing known at login, without a value")
                }
                atLogin = isNegated ? .ifAbsent(slot) : .ifPresent(slot)
            } else {
                terms.append(Term(fact: fact, isNegated: isNegated, value: parts.dropFirst().first.map { String($0) }))
            }
        }
    }

    /// Whether what the plan can decide holds.
    func holds(_ facts: Facts) -> Bool {
        terms.allSatisfy { term in
            let text = facts.text(term.fact)
            let holds = term.value.map { text == $0 } ?? (text != nil)
            return holds != term.isNegated
        }
    }
}
