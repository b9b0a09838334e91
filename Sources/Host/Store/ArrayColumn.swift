package import PluginAPI

/// An array parameter that is written value by value in PostgreSQL's binary form, for batches whose cost counts: no
/// value is formatted, none is boxed.
package struct ArrayColumn {
    package enum Kind: Sendable, Hashable {
        case bool, bytea, bigint, integer, text, timestamptz, inet, cidr, macaddr

        /// Object id of the element's type.
        var element: UInt32 {
            switch self {
            case .bool: 16
            case .bytea: 17
            case .bigint: 20
            case .integer: 23
            case .text: 25
            case .cidr: 650
            case .macaddr: 829
            case .inet: 869
            case .timestamptz: 1184
            }
        }

        /// Object id of the array's type.
        var array: UInt32 {
            switch self {
            case .bool: 1000
            case .bytea: 1001
            case .bigint: 1016
            case .integer: 1007
            case .text: 1009
            case .cidr: 651
            case .macaddr: 1040
            case .inet: 1041
            case .timestamptz: 1185
            }
        }

        /// Bytes of a value with its length.
        var usualLength: Int {
            switch self {
            case .bool: 5
            case .integer: 8
            case .macaddr: 10
            case .bigint, .timestamptz, .inet: 12
            case .cidr, .bytea: 24
            case .text: 28
            }
        }
    }

    package let kind: Kind
    package private(set) var count: Int32 = 0
    /// Whether every value so far is NULL.
    package private(set) var isNull = true
    private var hasNull = false
    private var isSealed = false
    private let capacity: Int
    /// Empty before the first value: of most batches many columns have none.
    private var bytes: [UInt8] = []
    private static let headerLength = 20

    /// - capacity: values that are expected.
    package init(_ kind: Kind, capacity: Int = 0) {
        self.kind = kind
        self.capacity = capacity
    }

    /// As it travels; made without a copy when it is sealed.
    package var parameter: Parameter {
        if isSealed { return .encoded(type: kind.array, bytes: bytes) }
        var whole = self
        whole.seal()
        return whole.parameter
    }

    /// Ends it: nothing is appended any more.
    package mutating func seal() {
        if bytes.isEmpty { open() }
        bytes.setBig(count > 0 ? 1 : 0, at: 0)
        bytes.setBig(hasNull ? 1 : 0, at: 4)
        bytes.setBig(Int32(bitPattern: kind.element), at: 8)
        bytes.setBig(count, at: 12)
        bytes.setBig(1, at: 16)
        if count == 0 { bytes.removeLast(8) }
        isSealed = true
    }

    /// The header's place, and the values so far, which are all NULL.
    private mutating func open() {
        bytes.reserveCapacity(ArrayColumn.headerLength + capacity * kind.usualLength)
        bytes.append(contentsOf: repeatElement(0, count: ArrayColumn.headerLength))
        for _ in 0..<count { bytes.big(Int32(-1)) }
    }

    private mutating func begin(_ length: Int) {
        precondition(!isSealed, "nothing is appended to a sealed column")
        if bytes.isEmpty { open() }
        count += 1
        isNull = false
        bytes.big(Int32(truncatingIfNeeded: length))
    }

    package mutating func appendNull() {
        precondition(!isSealed, "nothing is appended to a sealed column")
        count += 1
        hasNull = true
        if !bytes.isEmpty { bytes.big(Int32(-1)) }
    }

    package mutating func append(_ value: Bool) {
        begin(1)
        bytes.append(value ? 1 : 0)
    }

    /// For `bigint`, or for `integer` what fits it.
    package mutating func append(_ value: Int64?) {
        guard let value else { return appendNull() }
        if kind == .integer {
            begin(4)
            bytes.big(Int32(clamping: value))
        } else {
            begin(8)
            bytes.big(value)
        }
    }

    /// Seconds since 1970.
    package mutating func append(seconds: Int64?) {
        guard let seconds else { return appendNull() }
        begin(8)
        bytes.big(seconds * 1_000_000 - Timestamp.postgresEpoch)
    }

    package mutating func append(_ value: String?) {
        guard let value else { return appendNull() }
        begin(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    package mutating func append(_ value: [UInt8]?) {
        guard let value else { return appendNull() }
        begin(value.count)
        bytes.append(contentsOf: value)
    }

    /// Sixteen bytes, given as two halves.
    package mutating func append(high: UInt64, low: UInt64) {
        begin(16)
        bytes.big(high)
        bytes.big(low)
    }

    package mutating func append(_ value: IPAddress?) {
        append(address: value, length: value?.bitWidth ?? 0)
    }

    /// For `cidr`: the host bits go, as such a column demands.
    package mutating func append(_ value: IPPrefix?) {
        append(address: value?.network, length: value?.length ?? 0)
    }

    /// Family (2 or 3), bits, is-cidr, length, address.
    private mutating func append(address: IPAddress?, length: Int) {
        guard let address else { return appendNull() }
        let width = address.isIPv4 ? 4 : 16
        begin(4 + width)
        bytes.append(address.isIPv4 ? 2 : 3)
        bytes.append(UInt8(length))
        bytes.append(kind == .cidr ? 1 : 0)
        bytes.append(UInt8(width))
        if address.isIPv4 {
            bytes.big(UInt32(truncatingIfNeeded: address.low))
        } else {
            bytes.big(address.high)
            bytes.big(address.low)
        }
    }

    package mutating func append(_ value: MACAddress?) {
        guard let value else { return appendNull() }
        begin(6)
        bytes.big(UInt16(truncatingIfNeeded: value.bits >> 32))
        bytes.big(UInt32(truncatingIfNeeded: value.bits))
    }
}
