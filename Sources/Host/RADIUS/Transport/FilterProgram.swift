/// A program for the kernel that lets datagrams of known sources into a socket, and of the others about one in
/// `trickle`. It searches the sorted ranges by halves: some ten comparisons for a thousand sources.
package struct FilterProgram: Sendable, Hashable {
    /// One in so many datagrams of unknown sources passes, so that they are still seen and their number can be told.
    package static let trickle = 256
    /// What the kernel takes (BPF_MAXINSNS).
    package static let longest = 4096

    package let instructions: [FilterInstruction]
    /// The ranges became fewer and wider, to fit: some unknown sources pass.
    package let isCoarse: Bool

    /// - limit: instructions; a kernel with a small net.core.optmem_max takes fewer than `longest`.
    package init(_ sources: SourceIntervals, limit: Int = FilterProgram.longest) {
        var used = sources
        var built = FilterProgram.build(used)
        var part = 1.0
        while built.count > limit, used.ipv4.count > 1 || used.ipv6.count > 1 {
            part *= min(0.9, Double(limit) / Double(built.count))
            used = sources.coarsened(to: part)
            built = FilterProgram.build(used)
        }
        instructions = built
        isCoarse = used != sources
    }

    private static func build(_ sources: SourceIntervals) -> [FilterInstruction] {
        let version = FilterInstruction.networkHeader
        let ipv4 = [load(version + 12)] + FilterSearch(sources.ipv4, words: 1).code
        let words: [FilterCode] = (0..<4).flatMap { word in
            [load(version + 8 + 4 * word), .plain(FilterInstruction(.store, word))]
        }
        // A socket for IPv6 may take IPv4 too: the header says which it is.
        let body =
            [.plain(FilterInstruction(.loadByte, version)), .plain(FilterInstruction(.and, 0xF0))]
            + FilterSearch.branch(.jumpIfEqual, 0x40, yes: ipv4, no: words + FilterSearch(sources.ipv6, words: 4).code)
        var none = FilterInstruction(.jumpIfAnyBit, UInt32(trickle - 1))
        none.whenFalse = 1
        return FilterCode.assembled(body) + [
            FilterInstruction(.loadWord, FilterInstruction.random), none, FilterInstruction(.give, 0),
            FilterInstruction(.give, FilterInstruction.everything),
        ]
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
