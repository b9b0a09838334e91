/// A value for `$1`, `$2`, … of a statement.
///
/// Scalars travel as text without a type, so that the server takes the type from where they stand (`.text` fits inet,
/// jsonb or an enum; add a cast where nothing tells). Arrays travel in binary with their type and are meant for
/// `unnest($1, …)` in batches; for inet and other columns cast them there (`unnest($1::text[]::inet[])`).
package enum Parameter: Sendable, Hashable {
    case null
    case int(Int64)
    case double(Double)
    case bool(Bool)
    case text(String)
    case bytes([UInt8])
    /// Microseconds since 1970.
    case timestamp(Int64)
    /// An address or prefix in its usual text form.
    case inet(String)
    case intArray([Int64?])
    case doubleArray([Double?])
    case boolArray([Bool?])
    case textArray([String?])
    case bytesArray([[UInt8]?])
    /// Microseconds since 1970.
    case timestampArray([Int64?])
    /// An array already in binary form: `ArrayColumn` makes it.
    case encoded(type: UInt32, bytes: [UInt8])
}

extension Parameter {
    package static func int(_ value: Int) -> Parameter { .int(Int64(value)) }

    package init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    package init(_ value: Int?) { self = value.map { .int(Int64($0)) } ?? .null }
    package init(_ value: Int64?) { self = value.map { .int($0) } ?? .null }
    package init(_ value: Bool?) { self = value.map { .bool($0) } ?? .null }
    package init(_ value: [UInt8]?) { self = value.map { .bytes($0) } ?? .null }
    /// Microseconds since 1970.
    package init(timestamp value: Int64?) { self = value.map { .timestamp($0) } ?? .null }
}

extension Parameter: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
}

extension Parameter {
    /// Object id of the type that is declared to the server; 0 leaves it to the server.
    var typeID: UInt32 {
        switch self {
        case .intArray: 1016
        case .doubleArray: 1022
        case .boolArray: 1000
        case .textArray: 1009
        case .bytesArray: 1001
        case .timestampArray: 1185
        case .encoded(let type, _): type
        default: 0
        }
    }

    var isBinary: Bool { typeID != 0 }

    /// Appends the value as it travels; nothing for `.null`. Text gets its NUL from the caller.
    func append(to buffer: inout [UInt8]) {
        switch self {
        case .null: break
        case .int(let value): buffer.append(contentsOf: String(value).utf8)
        case .double(let value): buffer.append(contentsOf: Self.text(value).utf8)
        case .bool(let value): buffer.append(value ? 116 : 102)
        case .text(let value), .inet(let value): buffer.append(contentsOf: value.utf8)
        case .bytes(let value): Hex.append(value, to: &buffer)
        case .timestamp(let value): buffer.append(contentsOf: Timestamp.text(value).utf8)
        case .intArray(let values): BinaryArray.append(values, element: 20, to: &buffer) { $0.big($1) }
        case .doubleArray(let values): BinaryArray.append(values, element: 701, to: &buffer) { $0.big($1.bitPattern) }
        case .boolArray(let values): BinaryArray.append(values, element: 16, to: &buffer) { $0.append($1 ? 1 : 0) }
        case .textArray(let values):
            BinaryArray.append(values, element: 25, to: &buffer) { $0.append(contentsOf: $1.utf8) }
        case .bytesArray(let values): BinaryArray.append(values, element: 17, to: &buffer) { $0.append(contentsOf: $1) }
        case .timestampArray(let values):
            BinaryArray.append(values, element: 1184, to: &buffer) { $0.big(Self.postgresTime($1)) }
        case .encoded(_, let bytes): buffer.append(contentsOf: bytes)
        }
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return value.description
    }

    private static func postgresTime(_ value: Int64) -> Int64 {
        if value == Timestamp.infinity || value == Timestamp.minusInfinity { return value }
        return value - Timestamp.postgresEpoch
    }
}

/// PostgreSQL's binary form of a one-dimensional array: dimensions, null flag, element type, length, lower bound,
/// then each element after its 32-bit length.
enum BinaryArray {
    static func append<Value>(
        _ values: [Value?], element: UInt32, to buffer: inout [UInt8], _ write: (inout [UInt8], Value) -> Void
    ) {
        buffer.big(Int32(values.isEmpty ? 0 : 1))
        buffer.big(Int32(values.contains { $0 == nil } ? 1 : 0))
        buffer.big(element)
        if values.isEmpty { return }
        buffer.big(Int32(values.count))
        buffer.big(Int32(1))
        for value in values {
            guard let value else {
                buffer.big(Int32(-1))
                continue
            }
            let at = buffer.count
            buffer.big(Int32(0))
            write(&buffer, value)
            buffer.setBig(Int32(buffer.count - at - 4), at: at)
        }
    }
}

extension [UInt8] {
    /// Appends in network order.
    mutating func big(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    mutating func setBig(_ value: Int32, at index: Int) {
        Swift.withUnsafeBytes(of: value.bigEndian) { bytes in
            for offset in 0..<4 { self[index + offset] = bytes[offset] }
        }
    }
}

/// bytea in text: `\x` and two digits a byte.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func append(_ bytes: [UInt8], to buffer: inout [UInt8]) {
        buffer.append(92)
        buffer.append(120)
        for byte in bytes {
            buffer.append(digits[Int(byte >> 4)])
            buffer.append(digits[Int(byte & 15)])
        }
    }

    /// nil unless `text` starts with `\x` and holds pairs of digits.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == 92, text[1] == 120 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = value(text[index]), let low = value(text[index + 1]) else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
