import PluginAPI
import Testing

@testable import RADIUS

struct FilterProgramTests {
    /// What the kernel would do with the header of a packet from `source`: whether the program lets it in, `random` being
    /// the kernel's random number. nil when the program does what the kernel forbids.
    static func passes(_ program: FilterProgram, _ source: IPAddress, random: UInt32 = 1) -> Bool? {
        let header =
            source.isIPv4 ? [0x45] + [UInt8](repeating: 0, count: 11) : [0x60] + [UInt8](repeating: 0, count: 7)
        let packet = header + source.bytes
        var (place, a, memory) = (0, UInt32(0), [UInt32?](repeating: nil, count: 16))
        while place < program.instructions.count {
            let now = program.instructions[place]
            place += 1
            var holds = false
            switch now.operation {
            case .loadWord where now.operand == FilterInstruction.random: a = random
            case .loadWord:
                let at = Int(now.operand &- FilterInstruction.networkHeader)
                guard at + 4 <= packet.count else { return nil }
                a = packet[at..<(at + 4)].reduce(0) { $0 << 8 | UInt32($1) }
            case .loadByte: a = UInt32(packet[Int(now.operand &- FilterInstruction.networkHeader)])
            case .loadMemory:
                guard let value = memory[Int(now.operand)] else { return nil }
                a = value
            case .store: memory[Int(now.operand)] = a
            case .and: a &= now.operand
            case .jump: place += Int(now.operand)
            case .jumpIfEqual: holds = a == now.operand
            case .jumpIfGreater: holds = a > now.operand
            case .jumpIfGreaterOrEqual: holds = a >= now.operand
            case .jumpIfAnyBit: holds = a & now.operand != 0
            case .give: return now.operand > 0
            }
            place += Int(holds ? now.whenTrue : now.whenFalse)
        }
        return nil
    }

    static func around(_ prefix: IPPrefix) -> [IPAddress] {
        let first = SourceIntervals.number(prefix.network)
        let hostBits = UInt128(prefix.address.bitWidth - prefix.length)
        let last = first &+ (hostBits == 128 ? .max : (1 << hostBits) - 1)
        return [first &- 1, first, first &+ 1, last &- 1, last, last &+ 1].map { number in
            prefix.address.isIPv4
                ? IPAddress(ipv4: UInt32(truncatingIfNeeded: number))
                : IPAddress(high: UInt64(truncatingIfNeeded: number >> 64), low: UInt64(truncatingIfNeeded: number))
        }
    }

    static let lists: [[String]] = [
        [], ["0.0.0.0/0"], ["::/0"], ["192.0.2.1"], ["255.255.255.255", "0.0.0.0"], ["::1"],
        ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::"],
        ["192.0.2.0/24", "192.0.2.7", "192.0.3.0/24", "198.51.100.0/25", "10.0.0.0/8"],
        ["2001:db8::/32", "2001:db9::1", "2001:db9::2", "2001:db9:0:1::/64", "2001:db9:0:1::7", "fe80::/10"],
        ["192.0.2.9", "2001:db8::9", "2001:db8:8000::/33", "2001:db8:1:1:1:1:1:0/112", "172.16.0.0/12"],
    ]

    @Test(arguments: lists)
    func `a program lets in what is on the list, and of the rest one in 256`(list: [String]) {
        let prefixes = list.map { IPPrefix($0)! }
        let sources = SourceIntervals(prefixes)
        let program = FilterProgram(sources)
        #expect(!program.isCoarse)
        let others = ["0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::1", "ffff::"].map {
            IPAddress($0)!
        }
        for source in prefixes.flatMap(FilterProgramTests.around) + others {
            let isKnown = prefixes.contains { $0.contains(source) }
            #expect(sources.contains(source) == isKnown, "\(source)")
            #expect(FilterProgramTests.passes(program, source) == isKnown, "\(source)")
            #expect(FilterProgramTests.passes(program, source, random: 0x300) == true, "\(source)")
        }
    }

    @Test func `of a thinned source a part passes by chance, of its neighbours and of the rest what did before`() {
        let list = ["192.0.2.0/24", "2001:db8::/32"].map { IPPrefix($0)! }
        let thinned = [("192.0.2.7", 0x4000), ("203.0.113.9", 256), ("2001:db8::7", 1), ("192.0.2.8", 0)].map {
            FilterProgram.Thinned(source: IPAddress($0.0)!, kept: UInt32($0.1))
        }
        for (sources, isEverywhere) in [(SourceIntervals(list), false), (.everywhere, true)] {
            let program = FilterProgram(sources, thinned: thinned)
            for one in thinned {
                for random in [UInt32(0), 1, 255, 256, 0x3FFF, 0x4000, 0xFFFF, 0x1_0000, 0xABCD_0100] {
                    let passes = FilterProgramTests.passes(program, one.source, random: random)
                    #expect(passes == (random & 0xFFFF < one.kept), "\(one) \(random)")
                }
            }
            for other in ["192.0.2.6", "192.0.2.9", "2001:db8::6", "2001:db8:0:0:1::7", "2001:db8:1::7"] {
                #expect(FilterProgramTests.passes(program, IPAddress(other)!) == true)
            }
            for stranger in ["203.0.113.8", "0.0.0.0", "255.255.255.255", "::", "ffff::"] {
                #expect(FilterProgramTests.passes(program, IPAddress(stranger)!) == isEverywhere)
            }
        }
    }

    /// Scattered as badly as can be: no two in one network.
    static func scattered(_ count: Int, isIPv4: Bool) -> [IPPrefix] {
        var generator = SplitMix(state: 7)
        return (0..<count).map { _ in
            let address =
                isIPv4
                ? IPAddress(ipv4: UInt32(truncatingIfNeeded: generator.next()))
                : IPAddress(high: 0x2001_0db8_0000_0000 | generator.next() >> 32, low: generator.next())
            return IPPrefix(address: address, length: address.bitWidth)!
        }
    }

    @Test(arguments: [(900, true, false), (250, false, false), (20_000, true, true), (5000, false, true)])
    func `many scattered sources all pass; too many make the list coarser, never shorter`(
        count: Int, isIPv4: Bool, isCoarse: Bool
    ) {
        let prefixes = FilterProgramTests.scattered(count, isIPv4: isIPv4)
        let program = FilterProgram(SourceIntervals(prefixes))
        #expect(program.isCoarse == isCoarse, "\(program.instructions.count) instructions")
        #expect(program.instructions.count <= FilterProgram.longest)
        for prefix in prefixes { #expect(FilterProgramTests.passes(program, prefix.address) == true) }
        if !isCoarse {
            for prefix in FilterProgramTests.scattered(2 * count, isIPv4: isIPv4).dropFirst(count) {
                #expect(FilterProgramTests.passes(program, prefix.address) == false)
            }
        }
    }

    @Test func `a limit of the kernel's memory is kept`() {
        let program = FilterProgram(SourceIntervals(FilterProgramTests.scattered(500, isIPv4: true)), limit: 300)
        #expect(program.isCoarse && program.instructions.count <= 300)
    }

    private struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }
}
