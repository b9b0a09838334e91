@testable import AAA
import PluginAPI
import RADIUS
import Testing

@Suite struct AccountingReaderTests {
    private func read(
        _ status: UInt32 = 3, nas: NAS = makeNAS(), dialect: DialectFacts = .plain, arrival: Int64 = noon,
        _ build: (inout RequestWriter) -> Void = { _ in }
    ) throws -> AccountingRecord? {
        try withPacket(.accountingRequest) {
            $0.append(AttributeNumber.acctStatusType, integer: status)
            build(&$0)
        } _: {
            AccountingReader.read($0, nas: nas, dialect: dialect, source: nasAddress, arrival: arrival)
        }
    }

    @Test(
        arguments: [(1, .start), (2, .stop), (3, .interim), (7, .on), (8, .off)] as [(UInt32, AccountingRecord.Status)])
    func `Acct-Status-Type is read (RFC 2866 section 5.1)`(_ number: UInt32, _ status: AccountingRecord.Status) throws {
        #expect(try read(number)?.status == status)
    }

    @Test(arguments: [0, 4, 9, 15, 4_000_000_000] as [UInt32])
    func `a status that is none of sessions gives no record`(_ number: UInt32) throws {
        #expect(try read(number) == nil)
    }

    @Test func `octets are counted with their gigawords (RFC 2869 section 5.1)`() throws {
        let record = try #require(
            try read {
                $0.append(AttributeNumber.acctInputOctets, integer: 1)
                $0.append(AttributeNumber.acctInputGigawords, integer: 2)
                $0.append(AttributeNumber.acctOutputOctets, integer: .max)
                $0.append(AttributeNumber.acctOutputGigawords, integer: 1)
                $0.append(AttributeNumber.acctInputPackets, integer: 7)
            })
        #expect(record.inputOctets == 2 << 32 + 1)
        #expect(record.outputOctets == 1 << 33 - 1)
        #expect(record.inputPackets == 7)
        #expect(record.hasOctets)
    }

    @Test func `gigawords once seen count whatever the dialect says`() throws {
        let quiet = DialectFacts(rules: [], swapsOctets: false, sendsGigawords: false)
        #expect(try read(dialect: quiet)?.sendsGigawords == false)
        #expect(
            try read(dialect: quiet) { $0.append(AttributeNumber.acctInputGigawords, integer: 0) }?.sendsGigawords
                == true)
        #expect(try read()?.hasOctets == false)
    }

    @Test(arguments: [
        (OctetDirection.dialect, false, false), (.dialect, true, true), (.straight, true, false),
        (.swapped, false, true), (.swapped, true, true),
    ])
    func `octets are turned where dialect or NAS count the other way`(
        _ octets: OctetDirection, _ dialectSwaps: Bool, _ areTurned: Bool
    ) throws {
        let dialect = DialectFacts(rules: [], swapsOctets: dialectSwaps, sendsGigawords: true)
        let record = try #require(
            try read(nas: makeNAS { $0.octets = octets }, dialect: dialect) {
                $0.append(AttributeNumber.acctInputOctets, integer: 10)
                $0.append(AttributeNumber.acctOutputOctets, integer: 20)
                $0.append(AttributeNumber.acctInputPackets, integer: 1)
                $0.append(AttributeNumber.acctOutputPackets, integer: 2)
            })
        #expect(record.inputOctets == (areTurned ? 20 : 10))
        #expect(record.outputOctets == (areTurned ? 10 : 20))
        #expect(record.inputPackets == (areTurned ? 2 : 1))
    }

    @Test func `counters of ten octets, one a queue, add up`() throws {
        let queue = { (number: UInt8, low: UInt8) -> [UInt8] in [0, number, 0, 0, 0, 1, 0, 0, 0, low] }
        let dialect = DialectFacts(
            rules: [FactRule(fact: .inputOctets, key: AttributeKey(19, vendor: 6527), prefix: [], kind: nil)],
            swapsOctets: false, sendsGigawords: false)
        let record = try #require(
            try read(dialect: dialect) {
                $0.append(vendor: 6527, 19, queue(1, 5))
                $0.append(vendor: 6527, 19, queue(2, 6))
                $0.append(AttributeNumber.acctInputOctets, integer: 1)
            })
        #expect(record.inputOctets == 2 << 32 + 11)
        #expect(record.sendsGigawords)
    }

    @Test func `the event is Event-Timestamp less Acct-Delay-Time`() throws {
        let record = try #require(
            try read {
                $0.append(AttributeNumber.eventTimestamp, integer: UInt32(noon - 100))
                $0.append(AttributeNumber.acctDelayTime, integer: 30)
            })
        #expect(record.eventTime == noon - 130)
        #expect(record.hasEventTimestamp)
        #expect(try read { $0.append(AttributeNumber.acctDelayTime, integer: 30) }?.eventTime == noon - 30)
    }

    @Test func `a repetition with Acct-Delay-Time tells the same start as the first one`() throws {
        let start = { (delay: UInt32, arrival: Int64) in
            try self.read(arrival: arrival) {
                $0.append(AttributeNumber.eventTimestamp, integer: UInt32(noon))
                $0.append(AttributeNumber.acctSessionTime, integer: 600)
                $0.append(AttributeNumber.acctDelayTime, integer: delay)
            }?.start
        }
        #expect(try start(0, noon) == noon - 600)
        #expect(try start(90, noon + 90) == noon - 600)
    }

    @Test(arguments: [0, 86_400, UInt32(noon - 7 * 86_400), UInt32(noon + 3600), .max])
    func `a clock that was never set, or is far off, gives way to the time of arrival`(_ sent: UInt32) throws {
        let record = try read { $0.append(AttributeNumber.eventTimestamp, integer: sent) }
        #expect(record?.eventTime == noon)
        #expect(record?.hasEventTimestamp == false)
    }

    @Test func `the start by the NAS' own clock does not move when ours is set`() throws {
        let starts = try [noon - 3600, noon, noon + 3600].map { arrival in
            try self.read(arrival: arrival) {
                $0.append(AttributeNumber.eventTimestamp, integer: UInt32(noon))
                $0.append(AttributeNumber.acctSessionTime, integer: 600)
                $0.append(AttributeNumber.acctDelayTime, integer: UInt32(max(0, arrival - noon)))
            }
        }
        #expect(starts.map { $0?.startByNAS } == [noon - 600, noon - 600, noon - 600])
        #expect(starts.map { $0?.start } == [noon - 4200, noon - 600, noon - 600])
    }

    @Test(arguments: [0, 86_400, UInt32(noon - 7 * 86_400), UInt32(noon + 7 * 86_400), .max])
    func `a clock that was never set tells no start: it says the same after every boot`(_ sent: UInt32) throws {
        let record = try read { $0.append(AttributeNumber.eventTimestamp, integer: sent) }
        #expect(record?.startByNAS == noon)
    }

    @Test func `a senseless Acct-Delay-Time is passed over`() throws {
        #expect(try read { $0.append(AttributeNumber.acctDelayTime, integer: .max) }?.eventTime == noon)
    }

    @Test func `addresses and prefixes are read, and what is malformed left out`() throws {
        let record = try #require(
            try read {
                $0.append(AttributeNumber.framedIPAddress, [192, 0, 2, 9])
                $0.append(AttributeNumber.framedIPv6Prefix, [0, 64, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 1])
                $0.append(AttributeNumber.delegatedIPv6Prefix, [0, 56, 0x20, 1, 0xD, 0xB8, 0, 0, 1])
                $0.append(AttributeNumber.framedInterfaceID, [0, 0, 0, 0, 0, 0, 0, 1])
                $0.append(AttributeNumber.framedIPv6Address, [1, 2, 3])
            })
        #expect(record.framedIP == IPAddress("192.0.2.9"))
        #expect(record.framedIPv6Prefix == IPPrefix("2001:db8:0:1::/64"))
        #expect(record.delegatedPrefix == IPPrefix("2001:db8:0:100::/56"))
        #expect(record.interfaceID == [0, 0, 0, 0, 0, 0, 0, 1])
        #expect(record.framedIPv6 == nil)
        for bad in [[], [0], [0, 129], [0, 64] + [UInt8](repeating: 0, count: 17)] as [[UInt8]] {
            #expect(try read { $0.append(AttributeNumber.framedIPv6Prefix, bad) }?.framedIPv6Prefix == nil)
        }
    }

    @Test func `the public ports of a session are read from IP-Port-Range (RFC 8045 section 3.1.2)`() throws {
        let record = try #require(
            try read {
                $0.append(
                    241, [5, 9, 6, 0, 0, 4, 0, 10, 6, 0, 0, 7, 255, 3, 6, 203, 0, 113, 1])
            })
        #expect(record.natAddress == IPAddress("203.0.113.1"))
        #expect(record.natPorts == 1024...2047)
    }

    @Test func `our key is found among several Classes`() throws {
        let record = try read {
            $0.append(AttributeNumber.classAttribute, "another server's")
            $0.append(AttributeNumber.classAttribute, ClassValue.encode(makeKey(5)))
        }
        #expect(record?.classKey == makeKey(5))
    }

    @Test func `text that is no UTF-8 or has zero bytes is made fit to be stored`() throws {
        let record = try read { $0.append(AttributeNumber.userName, [0x61, 0, 0xFF, 0x62]) }
        #expect(record?.username == "a\u{FFFD}b")
    }

    @Test func `the NAS is what it calls itself, else where the packet came from`() throws {
        #expect(try read()?.nasIP == nasAddress)
        #expect(try read { $0.append(AttributeNumber.nasIPAddress, [10, 0, 0, 1]) }?.nasIP == IPAddress("10.0.0.1"))
    }
}
