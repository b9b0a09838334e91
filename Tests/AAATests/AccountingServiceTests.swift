@testable import AAA
import Dictionary
import PluginAPI
import RADIUS
import Testing

@Suite struct AccountingServiceTests {
    private func parked(_ outcome: Outcome) -> Bool {
        if case .parked = outcome { true } else { false }
    }

    private func items(_ bench: Bench) -> [AccountingItem] {
        bench.line.take(most: 100, waitingMilliseconds: 0) ?? []
    }

    @Test func `a record is answered only when it is durable, signed and with its Proxy-States`() throws {
        let bench = Bench()
        var writer = RequestWriter(.accountingRequest, identifier: 3)
        writer.append(AttributeNumber.acctStatusType, integer: 1)
        writer.append(AttributeNumber.proxyState, [9, 9])
        let packet = try writer.packet(secret: SharedSecret(secret), signsMessage: false)
        #expect(parked(bench.hand(packet, accounting: true).outcome))
        #expect(bench.sent.all.isEmpty)
        for item in items(bench) { item.answer() }
        let reply = try #require(bench.sent.all.first)
        #expect(reply[0] == PacketCode.accountingResponse.rawValue)
        #expect(reply[1] == 3)
        #expect(reply[20...] == [33, 4, 9, 9])
        let request = try packet.withUnsafeBytes { try PacketView($0).authenticator }
        try reply.withUnsafeBytes { try PacketView($0).verifyReply(to: request, with: SharedSecret(secret)) }
    }

    @Test func `a repetition is not taken twice, and gets the kept reply once there is one`() throws {
        let bench = Bench()
        var writer = RequestWriter(.accountingRequest)
        writer.append(AttributeNumber.acctStatusType, integer: 3)
        let packet = try writer.packet(secret: SharedSecret(secret))
        #expect(parked(bench.hand(packet, accounting: true).outcome))
        guard case .drop(.duplicateInProgress) = bench.hand(packet, at: 1, accounting: true).outcome else {
            Issue.record("the repetition was not dropped")
            return
        }
        #expect(items(bench).count == 1)
    }

    @Test func `a record that could not be kept is not answered, and taken when it is sent again`() throws {
        let bench = Bench()
        var writer = RequestWriter(.accountingRequest)
        writer.append(AttributeNumber.acctStatusType, integer: 3)
        let packet = try writer.packet(secret: SharedSecret(secret))
        #expect(parked(bench.hand(packet, accounting: true).outcome))
        for item in items(bench) { item.giveUp() }
        #expect(bench.sent.all.isEmpty)
        #expect(parked(bench.hand(packet, at: 1, accounting: true).outcome))
        #expect(items(bench).count == 1)
    }

    @Test func `a wrong Request Authenticator is dropped (RFC 2866 section 3)`() throws {
        let bench = Bench()
        guard case .drop(.wrongRequestAuthenticator) = try bench.account(1, at: 0, secret: "another").outcome else {
            Issue.record("it was taken")
            return
        }
        #expect(items(bench).isEmpty)
    }

    @Test(arguments: ["new", "old"]) func `accounting goes on under both secrets while one is changed`(
        _ text: String
    ) throws {
        let bench = Bench { $0.nas[1]?.secrets = [SharedSecret("new"), SharedSecret("old")] }
        #expect(parked(try bench.account(1, at: 0, secret: text).outcome))
    }

    @Test func `a draining NAS still accounts, a disabled one does not`() throws {
        let draining = Bench { $0.nas[1]?.isDraining = true }
        #expect(parked(try draining.account(1, at: 0).outcome))
        let disabled = Bench { $0.nas[1]?.isActive = false }
        guard case .drop(.inactiveNAS) = try disabled.account(1, at: 0).outcome else {
            Issue.record("it was taken")
            return
        }
    }

    @Test func `the record of a login carries its key, its subscriber and what was sent`() throws {
        let bench = Bench { $0.subscribers[1]?.addresses.ipv4 = IPAddress("192.0.2.9") }
        let classValue = try #require(try bench.login().classValue)
        _ = try bench.account(1, at: 1, classValue: classValue)
        let change = try #require(items(bench).first?.change)
        #expect(change.key == ClassValue.decode(classValue))
        #expect(change.subscriberID == 1)
        #expect(change.serviceID == 1)
        #expect(change.login?.addresses.ipv4 == IPAddress("192.0.2.9"))
    }

    @Test func `a record without Class finds its subscriber by name, with or without realm`() throws {
        let bench = Bench()
        _ = try bench.account(1, at: 1, user: "ann@isp.example")
        let change = try #require(items(bench).first?.change)
        #expect(change.subscriberID == 1)
        #expect(change.login == nil)
    }

    @Test func `a service record hangs under its session and takes no place`() throws {
        let bench = Bench {
            $0.services[1]?.sessionLimit = 1
            $0.dialects["plain"] = DialectFacts(
                rules: [
                    FactRule(fact: .recordKind, key: AttributeKey(251, vendor: 9), prefix: [], kind: .service),
                    FactRule(fact: .serviceName, key: AttributeKey(251, vendor: 9), prefix: [], kind: nil),
                ], swapsOctets: false, sendsGigawords: true)
        }
        let classValue = try #require(try bench.login().classValue)
        _ = try bench.account(1, at: 1, classValue: classValue) { $0.append(vendor: 9, 251, Array("voice".utf8)) }
        let change = try #require(items(bench).first?.change)
        #expect(change.record.kind == .service)
        #expect(change.record.serviceName == "voice")
        #expect(change.parentKey == ClassValue.decode(classValue))
        #expect(change.key != change.parentKey)
        #expect(bench.sessions.sessions(of: 1, now: noon, silence: 60).map(\.state) == [.pending])
    }

    @Test func `what the journal kept gives the same change again`() throws {
        let bench = Bench()
        _ = try bench.account(3, at: 300) { $0.append(AttributeNumber.acctInputOctets, integer: 77) }
        let item = try #require(items(bench).first)
        let again = try #require(bench.accounting.reread(item.entry))
        #expect(again.key == item.change?.key)
        #expect(again.record == item.change?.record)
    }

    @Test func `a status that is none of sessions is answered and stored nowhere`() throws {
        let bench = Bench()
        #expect(parked(try bench.account(15, at: 0).outcome))
        let taken = items(bench)
        #expect(taken.count == 1)
        #expect(taken.first?.change == nil)
    }

    @Test func `more than the line holds is dropped, and can come again`() throws {
        let bench = Bench()
        for number in 0..<100 as Range<Int64> { _ = try bench.account(1, at: number) }
        guard case .drop(.overloaded) = try bench.account(1, at: 100).outcome else {
            Issue.record("it was taken")
            return
        }
        _ = items(bench)
        #expect(parked(try bench.account(1, at: 100).outcome))
    }
}

@Suite struct ServiceProfileTests {
    private func bench(serves: Bool) -> Bench {
        Bench {
            $0.nas[1]?.servesProfiles = serves
            $0.dialects["plain"] = DialectFacts(
                rules: [
                    FactRule(fact: .serviceProfile, key: AttributeKey(1), prefix: Array("svc:".utf8), kind: nil)
                ], swapsOctets: false, sendsGigawords: true)
            $0.profiles["plain"] = ["svc-gold": goldPlan, "gold": goldPlan]
        }
    }

    @Test func `a router that may is sent the profile it names, without a session of it`() throws {
        let bench = bench(serves: true)
        #expect(try bench.login("svc:gold", "cisco", mac: nil) == .accept(["Filter-Id = \"gold\""]))
        #expect(bench.sessions.count == 0)
        #expect(bench.logins().isEmpty)
    }

    @Test func `a profile that there is not is rejected`() throws {
        #expect(try bench(serves: true).login("svc:none", "cisco", mac: nil) == .reject([]))
    }

    @Test func `a router that may not is treated as any login`() throws {
        let bench = bench(serves: false)
        #expect(try bench.login("svc:gold", "cisco", mac: nil).isAccept == false)
        #expect(bench.logins().map(\.reason) == [.unknownUser])
    }
}
