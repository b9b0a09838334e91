package import PluginAPI

/// A program for the kernel that lets datagrams of known sources into a socket, of some of them only a part, and of the
/// others about one in `trickle`. It searches the sorted ranges by halves: some ten comparisons for a thousand sources.
package struct FilterProgram: Sendable, Hashable {
    /// One in so many datagrams of unknown sources passes, so that they are still seen and their number can be told.
    package static let trickle = 256
    /// The part of a thinned source is counted in so many.
    package static let whole = 1 << 16
    /// What the kernel takes (BPF_MAXINSNS).
    package static let longest = 4096

    package let instructions: [FilterInstruction]
    /// The ranges became fewer and wider, to fit: some unknown sources pass.
    package let isCoarse: Bool

    /// A source of which only a part passes, by chance.
    package struct Thinned: Sendable, Hashable {
        package var source: IPAddress
        /// Of `whole`.
        package var kept: UInt32

        package init(source: IPAddress, kept: UInt32) {
            self.source = source
            self.kept = kept
        }
    }

    /// - thinned: few; they need not be on the list.
    /// - limit: instructions; a kernel with a small net.core.optmem_max takes fewer than `longest`.
    package init(_ sources: SourceIntervals, thinned: [Thinned] = [], limit: Int = FilterProgram.longest) {
        var used = sources
        var built = FilterProgram.build(used, thinned)
        var part = 1.0
        while built.count > limit, used.ipv4.count > 1 || used.ipv6.count > 1 {
            part *= min(0.9, Double(limit) / Double(built.count))
            used = sources.coarsened(to: part)
            built = FilterProgram.build(used, thinned)
        }
        instructions = built
        isCoarse = used != sources
    }

    private static func build(_ sources: SourceIntervals, _ thinned: [Thinned]) -> [FilterInstruction] {
        let version = FilterInstruction.networkHeader
        let ipv4 =
            [load(version + 12)] + thin(thinned.filter(\.source.isIPv4), words: 1)
            + FilterSearch(sources.ipv4, words: 1).code
        let ipv6 =
            thin(thinned.filter { !$0.source.isIPv4 }, words: 4) + FilterSearch(sources.ipv6, words: 4).code
        let words: [FilterCode] = (0..<4).flatMap { word in
            [load(version + 8 + 4 * word), .plain(FilterInstruction(.store, word))]
        }
        // A socket for IPv6 may take IPv4 too: the header says which it is.
        let body =
            [.plain(FilterInstruction(.loadByte, version)), .plain(FilterInstruction(.and, 0xF0))]
            + FilterSearch.branch(.jumpIfEqual, 0x40, yes: ipv4, no: words + ipv6)
        var none = FilterInstruction(.jumpIfAnyBit, UInt32(trickle - 1))
        none.whenFalse = 1
        return FilterCode.assembled(body) + [
            FilterInstruction(.loadWord, FilterInstruction.random), none, FilterInstruction(.give, 0),
            FilterInstruction(.give, FilterInstruction.everything),
        ]
    }

    /// With the address in A, or in M[0] to M[3], which stay as they are for whoever is none of them.
    private static func thin(_ thinned: [Thinned], words: Int) -> [FilterCode] {
        thinned.flatMap { one -> [FilterCode] in
            let number = SourceIntervals.number(one.source)
            var code = chance(one.kept)
            for word in (0..<words).reversed() {
                let value = UInt32(truncatingIfNeeded: number >> UInt128(32 * (words - 1 - word)))
                var isIt = FilterInstruction(.jumpIfEqual, value)
                isIt.whenFalse = UInt8(code.count)
                let load = FilterCode.plain(FilterInstruction(.loadMemory, UInt32(word)))
                code = (words == 1 ? [] : [load]) + [.plain(isIt)] + code
            }
            return code
        }
    }

    /// Lets so many of `whole` in, and no more.
    private static func chance(_ kept: UInt32) -> [FilterCode] {
        var isOver = FilterInstruction(.jumpIfGreaterOrEqual, kept)
        isOver.whenFalse = 1
        return [
            FilterInstruction(.loadWord, FilterInstruction.random),
            FilterInstruction(.and, UInt32(FilterProgram.whole - 1)), isOver, FilterInstruction(.give, 0),
            FilterInstruction(.give, FilterInstruction.everything),
        ].map { FilterCode.plain($0) }
    }

    private static func load(_ offset: UInt32) -> FilterCode { .plain(FilterInstruction(.loadWord, offset)) }
}

/// An instruction, or the jump to what becomes of unknown sources, whose distance is known at the end.
enum FilterCode: Sendable, Hashable {
    case plain(FilterInstruction)
    case unknown

    static func assembled(_ code: [FilterCode]) -> [FilterInstruction] {
        code.enumerated().map { index, part in
            switch part {
            case .plain(let instruction): instruction
            case .unknown: FilterInstruction(.jump, UInt32(code.count - index - 1))
            }
        }
    }
}
