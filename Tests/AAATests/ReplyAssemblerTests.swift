@testable import AAA
import Dictionary
import PluginAPI
import RADIUS
import Testing

@Suite struct ReplyAssemblerTests {
    /// The texts of a login's reply.
    private func reply(_ preferences: Preferences = Preferences(), _ change: (inout Login) -> Void) -> [String] {
        let login = makeLogin(change)
        let name = Array("ann".utf8)
        let values = ReplyAssembler.values(login, userName: name, key: makeKey(1), preferences: preferences)
        let plan = PlanProgram(goldPlan)
        var wire: [UInt8] = []
        for part in ReplyAssembler.parts(login, plan: plan) { part.append(to: &wire, values) }
        if !login.hasReplyRules { #expect(ReplyAssemblerTests.flat(plan, login, preferences) == wire) }
        return dictionary.decode(attributes: wire).map { $0.line }
    }

    /// The same reply as a login without further attributes writes it.
    static func flat(_ plan: PlanProgram, _ login: Login, _ preferences: Preferences) -> [UInt8] {
        let workspace = Workspace()
        let request = [1, 1, 0, 20] + [UInt8](repeating: 0, count: 16)
        return Array("ann".utf8).withUnsafeBytes { name in
            request.withUnsafeBytes { request in
                let facts = ReplyFacts(
                    login.subscriber, userName: name, key: makeKey(1), preferences: preferences, now: login.now)
                guard let view = try? PacketView(request),
                    var reply = try? ReplyWriter(.accessAccept, to: view, into: workspace.reply, signsMessage: false)
                else { return [] }
                do {
                    try plan.write(to: &reply, facts)
                } catch {
                    return []
                }
                let length = reply.length
                return Array(workspace.reply[20..<length])
            }
        }
    }

    private let ours = "Class = 0x544b313a" + String(repeating: "01", count: 16)

    private func own(_ lines: [String]) -> [String] { lines.filter { !$0.hasPrefix("Attr-85") } }

    @Test func `the plan's attributes come first, then the interval and Class`() {
        let lines = reply { _ in }
        #expect(own(lines) == ["Filter-Id = \"gold\"", ours])
        #expect(lines.count == 3)
    }

    @Test func `:= replaces in the place of the first, += adds, = gives one where there is none`() {
        let added = reply { $0.subscriber?.replies = [makeReply("Filter-Id", .add, "more")] }
        #expect(own(added) == ["Filter-Id = \"gold\"", "Filter-Id = \"more\"", ours])
        let replaced = reply { $0.subscriber?.replies = [makeReply("Filter-Id", .replace, "other")] }
        #expect(own(replaced) == ["Filter-Id = \"other\"", ours])
        let kept = reply {
            $0.subscriber?.replies = [
                makeReply("Filter-Id", .addIfAbsent, "x"), makeReply("Framed-Pool", .addIfAbsent, "p"),
            ]
        }
        #expect(own(kept) == ["Filter-Id = \"gold\"", "Framed-Pool = \"p\"", ours])
        let first = reply { $0.subscriber?.replies = [makeReply("Framed-Pool", .replace, "p")] }
        #expect(own(first) == ["Filter-Id = \"gold\"", "Framed-Pool = \"p\"", ours])
    }

    @Test func `the subscriber's word goes before the NAS' and the NAS' before the service's`() {
        let lines = reply {
            $0.service?.replies = [makeReply("Filter-Id", .replace, "service")]
            $0.nas.replies = [makeReply("Filter-Id", .replace, "nas"), makeReply("Framed-Pool", .replace, "nas")]
            $0.subscriber?.replies = [makeReply("Filter-Id", .replace, "subscriber")]
        }
        #expect(own(lines) == ["Filter-Id = \"subscriber\"", "Framed-Pool = \"nas\"", ours])
    }

    @Test func `the slot of an address that the subscriber has is filled`() {
        let lines = reply { $0.subscriber?.addresses.ipv4 = IPAddress("192.0.2.9") }
        #expect(own(lines) == ["Filter-Id = \"gold\"", "Framed-IP-Address = 192.0.2.9", ours])
    }

    @Test func `Session-Timeout is the time to expiry when the hard cut is on`() {
        let on = reply { $0.subscriber?.expiry = noon + 90 }
        #expect(on.contains("Session-Timeout = 90"))
        var off = Preferences()
        off.hardCut = false
        #expect(!reply(off) { $0.subscriber?.expiry = noon + 90 }.contains { $0.hasPrefix("Session-Timeout") })
        let far = reply { $0.subscriber?.expiry = .max }
        #expect(far.contains("Session-Timeout = 4294967295"))
    }

    @Test func `an operator's Session-Timeout takes the place of ours`() {
        let lines = reply {
            $0.subscriber?.expiry = noon + 90
            $0.service?.replies = [makeReply("Session-Timeout", .replace, "30")]
        }
        #expect(lines.filter { $0.hasPrefix("Session-Timeout") } == ["Session-Timeout = 30"])
    }

    @Test func `our Class is always there, an operator's own stands beside it`() {
        let lines = reply { $0.service?.replies = [makeReply("Class", .add, "0x01")] }
        #expect(lines.filter { $0.hasPrefix("Class") } == ["Class = 0x01", ours])
    }
}

@Suite struct CompiledReplyTests {
    private static let slots = Slot.allCases.map { CompiledPart.Content.slot($0, tag: nil) }

    private static func part(
        _ content: CompiledPart.Content, _ condition: ReplyCondition = .always, vendor: UInt32 = 9
    ) -> CompiledPart {
        CompiledPart(
            origin: "acme", name: "Acme-AVPair", key: AttributeKey(1, vendor: vendor), condition: condition,
            content: content)
    }

    @Test func `a compiled reply comes back from the database as it was stored`() {
        let reply = CompiledReply(
            parts: Self.slots.map { Self.part($0) } + [
                Self.part(.wire([1, 2, 3])), Self.part(.wire([])),
                Self.part(.slot(.userName, tag: 3), .ifPresent(.framedIPAddress)),
                Self.part(.template([.text("a="), .slot(.userName), .text("")], tag: 31), .ifAbsent(.sessionTimeout)),
            ])
        #expect(CompiledReply(stored: reply.stored()) == reply)
        #expect(CompiledReply(stored: CompiledReply().stored()) == CompiledReply())
    }

    @Test func `cut or foreign bytes are not taken for a reply`() {
        let reply = CompiledReply(parts: [Self.part(.template([.text("a="), .slot(.userName)], tag: nil))])
        let stored = reply.stored()
        for count in 2..<stored.count { #expect(CompiledReply(stored: Array(stored[..<count])) == nil) }
        #expect(CompiledReply(stored: []) == nil)
        #expect(CompiledReply(stored: [2] + stored.dropFirst()) == nil)
    }

    @Test func `conditions, slots and templates are filled from what is known`() {
        var values = SlotValues()
        values.userName = Array("ann".utf8)
        values.framedIPv6Prefix = IPPrefix("2001:db8:0:1::/64")
        let wire = { (part: CompiledPart) -> [UInt8]? in
            var bytes: [UInt8] = []
            return part.append(to: &bytes, values) ? bytes : nil
        }
        #expect(wire(Self.part(.slot(.userName, tag: nil), vendor: 0)) == [1, 5] + Array("ann".utf8))
        #expect(wire(Self.part(.slot(.userName, tag: 2), vendor: 0)) == [1, 6, 2] + Array("ann".utf8))
        #expect(wire(Self.part(.slot(.userName, tag: nil))) == [26, 11, 0, 0, 0, 9, 1, 5] + Array("ann".utf8))
        #expect(
            wire(Self.part(.template([.text("u="), .slot(.userName)], tag: nil), vendor: 0))
                == [1, 7] + Array("u=ann".utf8))
        #expect(wire(Self.part(.template([.slot(.framedIPAddress)], tag: nil))) == nil)
        #expect(wire(Self.part(.slot(.framedIPAddress, tag: nil))) == nil)
        #expect(wire(Self.part(.wire([9, 2]), .ifPresent(.framedIPAddress))) == nil)
        #expect(wire(Self.part(.wire([9, 2]), .ifAbsent(.framedIPAddress))) == [9, 2])
        #expect(
            wire(Self.part(.slot(.framedIPv6Prefix, tag: nil), vendor: 0))
                == [1, 12, 0, 64, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 1])
        values.userName = [UInt8](repeating: 97, count: 254)
        #expect(wire(Self.part(.slot(.userName, tag: nil), vendor: 0)) == nil)
    }
}
