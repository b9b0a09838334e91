@testable import AAA
import PluginAPI
import RADIUS
import Testing

@Suite struct RequestFactsTests {
    private let cisco: UInt32 = 9

    /// What was found, as values of its own.
    private struct Found {
        let mac: MACAddress?
        let line: String?
        let port: String?
        let serviceName: String?
        let recordKind: RecordKind
        let outputOctets: UInt64?

        init(_ facts: RequestFacts) {
            mac = facts.mac
            line = RequestFacts.storable(facts.line)
            port = RequestFacts.storable(facts.port)
            serviceName = RequestFacts.storable(facts.serviceName)
            recordKind = facts.recordKind
            outputOctets = facts.outputOctets
        }
    }

    private func facts(_ rules: [FactRule], _ build: (inout RequestWriter) -> Void) throws -> Found {
        let dialect = DialectFacts(rules: rules, swapsOctets: false, sendsGigawords: true)
        return try withPacket(.accountingRequest, build) { Found(RequestFacts($0, dialect)) }
    }

    private func rule(
        _ fact: RequestFact, _ number: UInt32, vendor: UInt32 = 9, prefix: String = "", kind: RecordKind? = nil
    ) -> FactRule {
        FactRule(fact: fact, key: AttributeKey(number, vendor: vendor), prefix: Array(prefix.utf8), kind: kind)
    }

    @Test(arguments: ["02-00-00-00-00-0A", "02:00:00:00:00:0a", "0200.0000.000a", "02000000000A"])
    func `without a rule the MAC is in Calling-Station-Id, in any usual form`(_ text: String) throws {
        #expect(try facts([]) { $0.append(AttributeNumber.callingStationID, text) }.mac == macA)
    }

    @Test func `line and port are NAS-Port-Id where no rule finds others`() throws {
        let found = try facts([]) { $0.append(AttributeNumber.nasPortID, "ge-0/0/1:100") }
        #expect(found.line == "ge-0/0/1:100")
        #expect(found.port == "ge-0/0/1:100")
        #expect(found.mac == nil)
        #expect(found.recordKind == .session)
    }

    @Test func `a rule's value is what stands behind its prefix, the first rule that finds one wins`() throws {
        let rules = [
            rule(.mac, 1, prefix: "client-mac-address="), rule(.mac, 31, vendor: 0),
            rule(.line, 1, prefix: "circuit-id-tag="),
        ]
        let found = try facts(rules) {
            $0.append(AttributeNumber.callingStationID, "02:00:00:00:00:0b")
            $0.append(vendor: cisco, 1, Array("circuit-id-tag=line 1".utf8))
            $0.append(vendor: cisco, 1, Array("client-mac-address=0200.0000.000a".utf8))
        }
        #expect(found.mac == macA)
        #expect(found.line == "line 1")
    }

    @Test func `a MAC may be six raw bytes`() throws {
        let found = try facts([rule(.mac, 27, vendor: 6527)]) { $0.append(vendor: 6527, 27, [2, 0, 0, 0, 0, 0xA]) }
        #expect(found.mac == macA)
    }

    @Test func `the kind of record is that of the first rule whose attribute is there`() throws {
        let rules = [rule(.recordKind, 251, kind: .service), rule(.recordKind, 1, prefix: "host=", kind: .host)]
        #expect(try facts(rules) { $0.append(vendor: cisco, 251, Array("Nvoice".utf8)) }.recordKind == .service)
        #expect(try facts(rules) { $0.append(vendor: cisco, 1, Array("host=1".utf8)) }.recordKind == .host)
        #expect(try facts(rules) { $0.append(vendor: cisco, 1, Array("x=1".utf8)) }.recordKind == .session)
    }

    @Test func `an empty value is none`() throws {
        #expect(try facts([rule(.serviceName, 251)]) { $0.append(vendor: cisco, 251, []) }.serviceName == nil)
    }

    @Test(
        arguments: [([0, 0, 1, 0], 256), ([0, 0, 0, 1, 0, 0, 0, 0], 1 << 32), (Array("12345".utf8), 12_345)]
            as [([UInt8], UInt64)])
    func `counters are numbers of four or eight bytes, or digits`(_ value: [UInt8], _ count: UInt64) throws {
        #expect(try facts([rule(.outputOctets, 5)]) { $0.append(vendor: cisco, 5, value) }.outputOctets == count)
    }
}
