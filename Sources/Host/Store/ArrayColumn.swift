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
    }

    package let kind: Kind
    package private(set) var count: Int32 = 0
    /// Whether every value so far is NULL.
    package private(set) var isNull = true
    private var hasNull = false
    private var bytes: [UInt8] = []
    private static let headerLength = 20

    package init(_ kind: Kind, capacity: Int = 0) {
        self.kind = kind
        bytes.reserveCapacity(ArrayColumn.headerLength + capacity * 12)
        bytes.append(contentsOf: repeatElement(0, count: ArrayColumn.headerLength))
    }

    /// As it travels.
    package var parameter: Parameter {
        var whole = bytes
        whole.setBig(count > 0 ? 1 : 0, at: 0)
        whole.setBig(hasNull ? 1 : 0, at: 4)
        whole.setBig(Int32(bitPattern: kind.element), at: 8)
        whole.setBig(count, at: 12)
        whole.setBig(1, at: 16)
        if count == 0 { whole.removeLast(8) }
        return .encoded(type: kind.array, bytes: whole)
    }

    private mutating func begin(_ length: Int) {
        count += 1
        isNull = false
        bytes.big(Int32(truncatingIfNeeded: length))
    }

    package mutating func appendNull() {
        count += 1
        hasNull = true
        bytes.big(Int32(-1))
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
