/// A speed in bits per second.
@frozen
public struct Rate: Sendable, Hashable, Comparable {
    public let bitsPerSecond: UInt64

    @inlinable
    public init(bitsPerSecond: UInt64) { self.bitsPerSecond = bitsPerSecond }

    @inlinable
    public static func < (left: Rate, right: Rate) -> Bool { left.bitsPerSecond < right.bitsPerSecond }

    /// Whole kilobits per second (1000 bit/s), rounded up so that a rate never becomes none.
    public var kilobitsPerSecond: UInt64 { bitsPerSecond / 1000 + (bitsPerSecond % 1000 == 0 ? 0 : 1) }
}

extension Rate: LosslessStringConvertible, CustomStringConvertible {
    /// Parses `20M`, `512k`, `1.5G`, `1000000`; the letter is decimal (k = 1000) and its case does not matter.
    /// nil when malformed, negative, above 2^63, or not a whole number of bits.
    public init?(_ text: String) {
        var digits = Substring(text)
        var unit: UInt64 = 1
        switch digits.last {
        case "k", "K": unit = 1_000
        case "m", "M": unit = 1_000_000
        case "g", "G": unit = 1_000_000_000
        case "t", "T": unit = 1_000_000_000_000
        default: break
        }
        if unit != 1 { digits = digits.dropLast() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let whole = UInt64(parts[0])
        else { return nil }
        var (bits, overflow) = whole.multipliedReportingOverflow(by: unit)
        if parts.count == 2 {
            guard let part = Rate.fraction(parts[1], of: unit) else { return nil }
            let sum = bits.addingReportingOverflow(part)
            bits = sum.partialValue
            overflow = overflow || sum.overflow
        }
        guard !overflow, bits <= UInt64(Int64.max) else { return nil }
        self.init(bitsPerSecond: bits)
    }

    /// The shortest exact form: `20M`, `1500k`, `64001`.
    public var description: String {
        for (unit, letter) in [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")] as [(UInt64, String)]
        where bitsPerSecond != 0 && bitsPerSecond % unit == 0 {
            return "\(bitsPerSecond / unit)\(letter)"
        }
        return String(bitsPerSecond)
    }

    private static func fraction(_ digits: Substring, of unit: UInt64) -> UInt64? {
        var rest = unit
        var sum: UInt64 = 0
        for digit in digits.utf8 {
            guard rest % 10 == 0 else {
                if digit == 48 { continue }
                return nil
            }
            rest /= 10
            sum += UInt64(digit - 48) * rest
        }
        return sum
    }
}
