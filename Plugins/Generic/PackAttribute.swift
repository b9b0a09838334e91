import PluginAPI

/// One `<attribute>` of a pack: name, template, when it is sent, and what the router takes.
struct PackAttribute: Sendable {
    var place: PackPlace
    var name: String
    var tag: UInt8?
    var template: PackTemplate
    var condition: PackCondition
    /// Facts that the plan must have when the condition holds; it is an error when it does not.
    var needs: [(name: String, fact: PackFact)]
    /// UTF-8 bytes.
    var maximumLength: Int?
    var range: ClosedRange<UInt64>?
    /// What to do instead, said when a limit is passed.
    var hint: String?

    /// nil when it is not sent for this plan: its condition does not hold, or a fact in it is not known.
    func attribute(_ facts: Facts) throws(PluginError) -> ReplyAttribute? {
        guard condition.holds(facts) else { return nil }
        for (name, fact) in needs where facts.text(fact) == nil {
            throw fail(facts, "needs \(name), which the plan does not have")
        }
        guard let value = template.value(facts) else { return nil }
        return ReplyAttribute(name: name, value: try checked(value, facts), tag: tag, condition: condition.atLogin)
    }

    private func checked(_ value: ReplyValue, _ facts: Facts) throws(PluginError) -> ReplyValue {
        guard case .text(let text) = value else { return value }
        let limit = maximumLength ?? 253
        guard text.utf8.count <= limit else {
            throw fail(facts, "is \"\(text)\", \(text.utf8.count) bytes long, more than \(limit)")
        }
        guard let range else { return value }
        guard let number = UInt64(text) else { throw fail(facts, "is \"\(text)\", which is no whole number") }
        guard number <= range.upperBound else {
            throw fail(facts, "is \(number), more than \(range.upperBound)")
        }
        guard number >= range.lowerBound else { throw fail(facts, "is \(number), less than \(range.lowerBound)") }
        return .integer(number)
    }

    private func fail(_ facts: Facts, _ what: String) -> PluginError {
        place.error("\(facts.label): \(name) \(what)" + (hint.map { "; \($0)" } ?? ""))
    }
}
