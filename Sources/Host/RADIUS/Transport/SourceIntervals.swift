package import PluginAPI

/// A set of addresses as sorted ranges that neither overlap nor touch, each family for itself.
package struct SourceIntervals: Sendable, Hashable {
    /// Addresses as numbers, both ends included.
    package struct Interval: Sendable, Hashable {
        package var first: UInt128
        package var last: UInt128
    }

    package private(set) var ipv4: [Interval]
    package private(set) var ipv6: [Interval]

    package init(_ prefixes: [IPPrefix]) {
        ipv4 = SourceIntervals.merged(prefixes.filter(\.address.isIPv4).map(SourceIntervals.interval))
        ipv6 = SourceIntervals.merged(prefixes.filter { !$0.address.isIPv4 }.map(SourceIntervals.interval))
    }

    /// All addresses.
    package static let everywhere = SourceIntervals(["0.0.0.0/0", "::/0"].compactMap { IPPrefix($0) })

    package func contains(_ address: IPAddress) -> Bool {
        let number = SourceIntervals.number(address)
        return (address.isIPv4 ? ipv4 : ipv6).contains { $0.first <= number && number <= $0.last }
    }

    /// The same addresses and more: of each family at most `part` of its ranges, at least one if there were any, where
    /// those with the least between them became one.
    package func coarsened(to part: Double) -> SourceIntervals {
        var result = self
        result.ipv4 = SourceIntervals.closed(ipv4, keeping: max(1, Int(Double(ipv4.count) * part)))
        result.ipv6 = SourceIntervals.closed(ipv6, keeping: max(1, Int(Double(ipv6.count) * part)))
        return result
    }

    static func number(_ address: IPAddress) -> UInt128 { UInt128(address.high) << 64 | UInt128(address.low) }

    private static func interval(_ prefix: IPPrefix) -> Interval {
        let first = number(prefix.network)
        let hostBits = prefix.address.bitWidth - prefix.length
        return Interval(first: first, last: hostBits == 128 ? .max : first | ((1 << UInt128(hostBits)) - 1))
    }

    private static func merged(_ intervals: [Interval]) -> [Interval] {
        var result: [Interval] = []
        for next in intervals.sorted(by: { ($0.first, $0.last) < ($1.first, $1.last) }) {
            if let last = result.last, last.last == .max || next.first <= last.last + 1 {
                result[result.count - 1].last = max(last.last, next.last)
            } else {
                result.append(next)
            }
        }
        return result
    }

    /// Closes the narrowest gaps until `count` ranges are left.
    private static func closed(_ intervals: [Interval], keeping count: Int) -> [Interval] {
        guard intervals.count > count else { return intervals }
        let widths = intervals.indices.dropFirst().map { intervals[$0].first - intervals[$0 - 1].last }
        let narrowest = widths.indices.sorted { (widths[$0], $0) < (widths[$1], $1) }.prefix(intervals.count - count)
        let closing = Set(narrowest.map { $0 + 1 })
        var result: [Interval] = []
        for (index, interval) in intervals.enumerated() {
            if closing.contains(index) {
                result[result.count - 1].last = interval.last
            } else {
                result.append(interval)
            }
        }
        return result
    }
}
