import Dictionary
import PluginAPI
import Testing

/// The package's own dictionaries, found from this file.
enum OwnSet {
    static let folder =
        String(#filePath.dropLast("Tests/DictionaryTests/OwnSetTests.swift".utf8.count)) + "dictionaries"
    static let loaded = try? AttributeDictionary.load(file: folder + "/dictionary")
}

@Suite struct OwnSetTests {
    @Test func `our own dictionaries load without a remark, but for two names of a number`() throws {
        let set = try #require(OwnSet.loaded)
        #expect(set.diagnostics.filter { !$0.message.contains(" has two names: ") } == [])
        #expect(set.diagnostics.count < 20)
        #expect(set.counts.attributes > 1100)
    }

    @Test(.enabled(if: InstalledSets.freeRADIUS != nil))
    func `our names, numbers, types and values are FreeRADIUS's`() throws {
        let own = try #require(OwnSet.loaded)
        let other = try #require(InstalledSets.freeRADIUS)
        var compared = 0
        for attribute in own.attributes {
            // FreeRADIUS keeps the numbers of a draft that RFC 5090 replaced.
            guard !attribute.name.hasPrefix("Digest-"), let same = other.attribute(named: attribute.name) else {
                continue
            }
            #expect(attribute.path == same.path, "\(attribute.name)")
            #expect(attribute.type == same.type, "\(attribute.name)")
            #expect(attribute.flags.encryption == same.flags.encryption, "\(attribute.name)")
            #expect(attribute.flags.hasTag == same.flags.hasTag, "\(attribute.name)")
            for value in attribute.values.entries {
                #expect(same.values.number(named: value.name) == value.number, "\(attribute.name) \(value.name)")
            }
            compared += 1
        }
        #expect(compared > own.attributes.count - 40)
    }

    @Test(arguments: [
        ("Mikrotik-Rate-Limit", AttributeKey(8, vendor: 14988)), ("MS-CHAP2-Success", AttributeKey(26, vendor: 311)),
        ("Cisco-Account-Info", AttributeKey(250, vendor: 9)), ("ERX-Service-Activate", AttributeKey(65, vendor: 4874)),
        ("Alc-SLA-Prof-Str", AttributeKey(13, vendor: 6527)), ("Huawei-ISP-ID", AttributeKey(17, vendor: 2011)),
        ("Huawei-Subscriber-QoS-Profile", AttributeKey(17, vendor: 2011)),
        ("ADSL-Agent-Circuit-Id", AttributeKey(1, vendor: 3561)), ("Ascend-Xmit-Rate", AttributeKey(255, vendor: 529)),
        ("WISPr-Bandwidth-Max-Down", AttributeKey(8, vendor: 14122)),
        ("UBNT-Data-Rate-DL", AttributeKey(1, vendor: 41112)),
        ("ChilliSpot-Max-Total-Octets", AttributeKey(3, vendor: 14559)), ("Framed-IPv6-Address", AttributeKey(168)),
        ("Delegated-IPv6-Prefix", AttributeKey(123)), ("Error-Cause", AttributeKey(101)),
        ("Cleartext-Password", AttributeKey(1100)), ("Simultaneous-Use", AttributeKey(1034)),
    ])
    func `what vendors are told is at its number`(name: String, key: AttributeKey) throws {
        #expect(try #require(OwnSet.loaded).attribute(named: name)?.key == key)
    }
}
