import PluginAPI

/// A vendor pack, read: the dialect's facts for the host, and the templates its replies are written from.
struct Pack: Sendable {
    var dialect: Dialect
    var reply: PackSection
    /// One for each CoA-Request; empty for "the reply's changeable attributes in one".
    var changes: [PackSection]
    var serviceProfiles: [PackServiceProfile]
}

/// A list of attributes with what must hold before any is written: `<reply>`, a `<step>` or a `<serviceProfile>`.
struct PackSection: Sendable {
    var refusals: [PackRefusal] = []
    var attributes: [PackAttribute] = []

    /// The attributes of a plan, in the pack's order. Throws, with file and line, what this vendor cannot carry.
    func attributes(_ facts: Facts) throws(PluginError) -> [ReplyAttribute] {
        for refusal in refusals { try refusal.check(facts) }
        var result: [ReplyAttribute] = []
        for attribute in attributes {
            if let attribute = try attribute.attribute(facts) { result.append(attribute) }
        }
        return result
    }
}

/// `<refuse when="…">` : plans that this vendor must not be asked to serve, because it would serve them wrongly.
struct PackRefusal: Sendable {
    var place: PackPlace
    var condition: PackCondition
    var message: String

    func check(_ facts: Facts) throws(PluginError) {
        if condition.holds(facts) { throw place.error("\(facts.label): \(message)") }
    }
}

/// A profile that the router asks for by name.
struct PackServiceProfile: Sendable {
    var name: PackTemplate
    var condition: PackCondition
    var section: PackSection

    /// nil when the plan has no such profile.
    func profile(_ facts: Facts) throws -> ServiceProfile? {
        guard condition.holds(facts), case .text(let name)? = name.value(facts) else { return nil }
        return ServiceProfile(name: name, attributes: try section.attributes(facts))
    }
}

/// Where in a pack something stands.
struct PackPlace: Sendable {
    var file: String
    var line: Int

    func error(_ message: String) -> PluginError { PluginError("\(file):\(line): \(message)") }
}
