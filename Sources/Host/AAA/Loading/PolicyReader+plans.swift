import Dictionary
import PluginAPI
import Store

extension PolicyReader {
    func readPreferences() throws -> Preferences {
        var stored: [String: String] = [:]
        for row in try connection.query("select name, value from system_preferences where tenant_id = 1") {
            stored[row.text("name")] = row.text("value")
        }
        var preferences = Preferences(stored)
        preferences.emergency = try EmergencyStore(connection).current()
        return preferences
    }

    func readDialects() throws -> DialectTable {
        var dialects = DialectTable()
        for row in try connection.query("select id, swaps_octets, sends_gigawords from dialects") {
            dialects[row.text("id")] = DialectFacts(
                rules: [], swapsOctets: row.bool("swaps_octets"), sendsGigawords: row.bool("sends_gigawords"))
        }
        for row in try connection.query(PolicyReader.ruleSQL) {
            guard let rule = factRule(row) else { continue }
            dialects[row.text("dialect")]?.rules.append(rule)
        }
        return dialects
    }

    private static let ruleSQL = """
        select dialect, fact, attribute, prefix, until, kind, condition_attribute, condition_value from dialect_rules
         order by dialect, ordinal
        """

    /// nil when a dictionary lacks an attribute of the rule: the fact is then looked for by the next one.
    private func factRule(_ row: Row) -> FactRule? {
        guard let fact = RequestFact(rawValue: row.text("fact")),
            let known = dictionary.attribute(named: row.text("attribute"))
        else { return nil }
        var condition: FactRule.Condition?
        if let name = row.optionalText("condition_attribute") {
            guard let attribute = dictionary.attribute(named: name) else { return nil }
            let text = row.optionalText("condition_value")
            let value = text.flatMap { try? dictionary.value(attribute, text: $0) }
            if text != nil, value == nil { return nil }
            condition = FactRule.Condition(key: attribute.key, value: value)
        }
        return FactRule(
            fact: fact, key: known.key, prefix: Array((row.optionalText("prefix") ?? "").utf8),
            until: Array((row.optionalText("until") ?? "").utf8),
            kind: row.optionalText("kind").flatMap { RecordKind(rawValue: $0) }, condition: condition)
    }

    func readServices(_ rules: RuleReader, ids: [Int64]? = nil) throws -> [Service] {
        try connection.query(
            """
            select id, name, is_active, session_limit, show_reject_reason from services_served
             where $1::bigint[] is null or id = any($1)
            """, [ids.map { .intArray($0) } ?? .null]
        ).map { row in
            let id = Int64(row.int("id"))
            return Service(
                id: id, name: row.text("name"), isActive: row.bool("is_active"),
                sessionLimit: row.optionalInt("session_limit"), showsRejectReason: row.bool("show_reject_reason"),
                checks: rules.checks("service", id), replies: rules.replies("service", id))
        }
    }

    func readPlans(services: [Int64]? = nil) throws -> [(PlanKey, PlanReply)] {
        try connection.query(
            """
            select service_id, tier_position, dialect, template, problem from compiled_replies
             where $1::bigint[] is null or service_id = any($1)
            """, [services.map { .intArray($0) } ?? .null]
        ).map { row in
            let key = PlanKey(
                serviceID: Int64(row.int("service_id")), tierPosition: row.int("tier_position"),
                dialect: row.text("dialect"))
            if let reply = row.optionalBytes("template").flatMap({ CompiledReply(stored: $0) }) {
                return (key, .ready(PlanProgram(reply)))
            }
            return (key, .problem(row.optionalText("problem") ?? "compiled by another version of Tollkeeper"))
        }
    }

    func readProfiles() throws -> [String: [String: CompiledReply]] {
        var profiles: [String: [String: CompiledReply]] = [:]
        for row in try connection.query("select dialect, name, template from compiled_profiles") {
            guard let reply = CompiledReply(stored: row.bytes("template")) else { continue }
            profiles[row.text("dialect"), default: [:]][row.text("name")] = reply
        }
        return profiles
    }
}
