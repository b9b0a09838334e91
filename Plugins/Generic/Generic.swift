public import PluginAPI

/// Every vendor that needs no code: runs the vendor packs in `Packs/`, one XML file each (docs/plugins.md).
public struct Generic: NASDialect {
    public static let manifest = Manifest(id: "generic", title: "Vendor packs", version: "1.0.0")

    private let packs: [Pack]

    /// Reads every pack; one that is wrong refuses the start, by file and line, because a router that is answered
    /// half is worse than one that is not answered.
    public init(_ host: Context) throws {
        let files = try host.files(in: "Packs").filter { $0.hasSuffix(".xml") }
        packs = try files.map { file in
            let root = try host.xml("Packs/" + file, schema: "tollkeeper-pack.xsd")
            return try PackReader(file: file).pack(root)
        }
        let ids = packs.map(\.dialect.id)
        if let twice = ids.first(where: { id in ids.count { $0 == id } > 1 }) {
            throw PluginError("two packs are called \(twice)")
        }
        host.log("\(packs.count) vendor packs: \(ids.joined(separator: ", "))")
    }

    public var dialects: [Dialect] { packs.map(\.dialect) }

    public func reply(for plan: Plan, dialect: String, into reply: inout ReplyBuilder) throws {
        let facts = Facts(plan)
        for attribute in try pack(dialect).reply.attributes(facts) {
            reply.add(attribute.name, attribute.value, tag: attribute.tag, when: attribute.condition)
        }
    }

    public func serviceProfiles(for plan: Plan, dialect: String) throws -> [ServiceProfile] {
        let facts = Facts(plan)
        return try pack(dialect).serviceProfiles.compactMap { try $0.profile(facts) }
    }

    public func change(from old: Plan, to new: Plan, dialect: String) throws -> [ChangeStep] {
        let pack = try pack(dialect)
        guard !pack.changes.isEmpty else { return try defaultChange(to: new, pack) }
        let facts = Facts(new, old: old)
        return try pack.changes.map { ChangeStep(attributes: try $0.attributes(facts)) }
            .filter { !$0.attributes.isEmpty }
    }

    /// One request with what the pack's `<change>` elements name, of the new reply.
    private func defaultChange(to plan: Plan, _ pack: Pack) throws -> [ChangeStep] {
        let changeable = pack.dialect.capabilities.coaAttributes
        let attributes = try pack.reply.attributes(Facts(plan)).filter { changeable.contains($0.name) }
        return attributes.isEmpty ? [] : [ChangeStep(attributes: attributes)]
    }

    private func pack(_ dialect: String) throws -> Pack {
        guard let pack = packs.first(where: { $0.dialect.id == dialect }) else {
            throw PluginError("there is no pack for \(dialect)")
        }
        return pack
    }
}
