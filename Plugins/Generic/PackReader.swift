import PluginAPI

/// Makes a pack of its XML, which the host has checked by `tollkeeper-pack.xsd`; what a schema cannot say is checked
/// here, with file and line.
struct PackReader {
    let file: String

    func pack(_ root: XMLElement) throws(PluginError) -> Pack {
        guard root.name == "pack", let id = root["id"], let title = root["title"], FieldConstraint.isKebabCase(id)
        else {
            throw place(root).error("the file is no <pack id=\"lower-case\" title=\"…\">")
        }
        var dialect = Dialect(id: "generic/" + id, title: title)
        dialect.requests = try rules(root.first("request")) + rules(root.first("accounting"))
        dialect.accounting = accounting(root.first("accounting"))
        dialect.capabilities = try capabilities(root)
        return Pack(
            dialect: dialect,
            reply: try section(root.first("reply")),
            changes: try sections(root.first("coa")?.all("step") ?? []),
            serviceProfiles: try profiles(root.all("serviceProfile")))
    }

    private func place(_ element: XMLElement) -> PackPlace { PackPlace(file: file, line: element.line) }

    // MARK: What the host reads requests with

    private func rules(_ element: XMLElement?) throws(PluginError) -> [RequestRule] {
        var rules: [RequestRule] = []
        for child in element?.children ?? [] where child.name == "fact" || child.name == "record" {
            rules.append(try rule(child))
        }
        return rules
    }

    private func rule(_ element: XMLElement) throws(PluginError) -> RequestRule {
        guard let attribute = element["attribute"],
            let fact = element.name == "record" ? .recordKind : element["name"].flatMap(RequestFact.init(rawValue:))
        else { throw place(element).error("<\(element.name)> needs a known name and an attribute") }
        var rule = RequestRule(
            fact, from: attribute, prefix: element["prefix"], kind: element["kind"].flatMap(RecordKind.init(rawValue:)))
        rule.until = element["until"]
        rule.condition = element["whenAttribute"].map { RequestCondition($0, is: element["whenValue"]) }
        return rule
    }

    private func accounting(_ element: XMLElement?) -> AccountingReading {
        AccountingReading(
            swapsOctets: element?["octets"] == "swapped", sendsGigawords: element?["gigawords"] != "false")
    }

    private func capabilities(_ root: XMLElement) throws(PluginError) -> DialectCapabilities {
        var capabilities = DialectCapabilities(addresses: [], coaAttributes: [])
        let element = root.first("capabilities")
        for address in element?.all("address") ?? [] {
            guard let kind = address["kind"].flatMap(AddressKind.init(rawValue:)) else {
                throw place(address).error("there is no address kind \"\(address["kind"] ?? "")\"")
            }
            capabilities.addresses.append(kind)
        }
        capabilities.coaAttributes = element?.all("change").compactMap { $0["attribute"] } ?? []
        if let port = element?["coaPort"].flatMap({ UInt16($0) }) { capabilities.coaPort = port }
        let coa = identities(root.first("coa"))
        if !coa.isEmpty { capabilities.coaIdentities = coa }
        let disconnect = identities(root.first("disconnect"))
        capabilities.disconnectIdentities = disconnect.isEmpty ? capabilities.coaIdentities : disconnect
        return capabilities
    }

    private func identities(_ element: XMLElement?) -> [[String]] {
        (element?.all("identity") ?? []).map { ($0["attributes"] ?? "").split(separator: " ").map { String($0) } }
    }

    // MARK: What replies are written from

    private func sections(_ elements: [XMLElement]) throws(PluginError) -> [PackSection] {
        var result: [PackSection] = []
        for element in elements { result.append(try section(element)) }
        return result
    }

    private func profiles(_ elements: [XMLElement]) throws(PluginError) -> [PackServiceProfile] {
        var result: [PackServiceProfile] = []
        for element in elements {
            result.append(
                PackServiceProfile(
                    name: try PackTemplate(element["name"] ?? "", place(element)),
                    condition: try PackCondition(element["when"], place(element)), section: try section(element)))
        }
        return result
    }

    private func section(_ element: XMLElement?) throws(PluginError) -> PackSection {
        var section = PackSection()
        for child in element?.children ?? [] {
            switch child.name {
            case "attribute": section.attributes.append(try attribute(child))
            case "refuse":
                section.refusals.append(
                    PackRefusal(
                        place: place(child), condition: try PackCondition(child["when"], place(child)),
                        message: child.text))
            default: break
            }
        }
        return section
    }

    private func attribute(_ element: XMLElement) throws(PluginError) -> PackAttribute {
        guard let name = element["name"] else { throw place(element).error("an <attribute> has no name") }
        return PackAttribute(
            place: place(element), name: name, tag: element["tag"].flatMap { UInt8($0) },
            template: try PackTemplate(element.text, place(element)),
            condition: try PackCondition(element["when"], place(element)), needs: try needs(element),
            maximumLength: element["maxLength"].flatMap { Int($0) }, range: try range(element), hint: element["hint"])
    }

    private func needs(_ element: XMLElement) throws(PluginError) -> [(name: String, fact: PackFact)] {
        var needs: [(name: String, fact: PackFact)] = []
        for name in (element["needs"] ?? "").split(separator: " ") {
            guard let fact = PackFact(name), fact.slot == nil else {
                throw place(element).error("there is no fact \"\(name)\" of a plan")
            }
            needs.append((String(name), fact))
        }
        return needs
    }

    private func range(_ element: XMLElement) throws(PluginError) -> ClosedRange<UInt64>? {
        let low = element["min"].flatMap { UInt64($0) }
        let high = element["max"].flatMap { UInt64($0) }
        guard low != nil || high != nil else { return nil }
        guard low ?? 0 <= high ?? .max else { throw place(element).error("min is above max") }
        return (low ?? 0)...(high ?? .max)
    }
}
