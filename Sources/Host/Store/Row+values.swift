package import PluginAPI

// Readers by column index; the ones by name call them.
extension Row {
    /// smallint, integer, bigint.
    package func optionalInt(_ column: Int) -> Int? {
        raw(column) { isBinary(column) ? Self.bigEndian($0) : Self.decimal($0) }
    }

    package func optionalDouble(_ column: Int) -> Double? {
        guard isBinary(column) else { return optionalText(column).flatMap { Double($0) } }
        return raw(column) { bytes in
            Self.bigEndian(bytes).map {
                bytes.count == 4
                    ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))
                    : Double(bitPattern: UInt64(bitPattern: Int64($0)))
            }
        }
    }

    package func optionalBool(_ column: Int) -> Bool? {
        raw(column) { $0.first.map { $0 == 116 || $0 == 1 } }
    }

    package func optionalText(_ column: Int) -> String? {
        raw(column) { String(decoding: $0, as: UTF8.self) }
    }

    package func optionalBytes(_ column: Int) -> [UInt8]? {
        raw(column) { isBinary(column) ? Array($0) : Hex.decode($0) }
    }

    /// timestamptz as microseconds since 1970; `infinity` is `Timestamp.infinity`.
    package func optionalTimestamp(_ column: Int) -> Int64? {
        raw(column) { bytes in
            guard isBinary(column) else { return Timestamp.parse(bytes) }
            guard let value = Self.bigEndian(bytes).map(Int64.init) else { return nil }
            return value == .max || value == .min ? value : value + Timestamp.postgresEpoch
        }
    }

    /// inet or cidr without its prefix length.
    package func optionalAddress(_ column: Int) -> IPAddress? { optionalPrefix(column)?.address }

    /// inet or cidr; an address alone has its full length.
    package func optionalPrefix(_ column: Int) -> IPPrefix? {
        raw(column) { bytes in
            guard isBinary(column) else { return IPPrefix(String(decoding: bytes, as: UTF8.self)) }
            // Family, bits, is-cidr, length, address.
            guard bytes.count > 4, let address = IPAddress(bytes: bytes.dropFirst(4)) else { return nil }
            return IPPrefix(address: address, length: Int(bytes[1]))
        }
    }

    /// A one-dimensional text[] without NULLs; nil for NULL.
    package func optionalTextArray(_ column: Int) -> [String]? {
        raw(column) { isBinary(column) ? TextArray.binary($0) : TextArray.text($0) }
    }

    package func int(_ column: Int) -> Int { required(optionalInt(column), column) }
    package func double(_ column: Int) -> Double { required(optionalDouble(column), column) }
    package func bool(_ column: Int) -> Bool { required(optionalBool(column), column) }
    package func text(_ column: Int) -> String { required(optionalText(column), column) }
    package func bytes(_ column: Int) -> [UInt8] { required(optionalBytes(column), column) }
    package func timestamp(_ column: Int) -> Int64 { required(optionalTimestamp(column), column) }
    package func address(_ column: Int) -> IPAddress { required(optionalAddress(column), column) }
    package func prefix(_ column: Int) -> IPPrefix { required(optionalPrefix(column), column) }
    package func textArray(_ column: Int) -> [String] { required(optionalTextArray(column), column) }

    private static func bigEndian(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = bytes.first, bytes.count <= 8 else { return nil }
        return bytes.reduce(first >= 128 ? -1 : 0) { $0 << 8 | Int($1) }
    }

    private static func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var value = 0
        let negative = bytes.first == 45
        for byte in bytes.dropFirst(negative ? 1 : 0) {
            guard (48...57).contains(byte) else { return nil }
            let (times, over) = value.multipliedReportingOverflow(by: 10)
            let (plus, more) = times.subtractingReportingOverflow(Int(byte - 48))
            if over || more { return nil }
            value = plus
        }
        return bytes.isEmpty || (!negative && value == .min) ? nil : negative ? value : -value
    }
}

extension Row {
    package func optionalInt(_ name: String) -> Int? { optionalInt(rows.column(name)) }
    package func optionalDouble(_ name: String) -> Double? { optionalDouble(rows.column(name)) }
    package func optionalBool(_ name: String) -> Bool? { optionalBool(rows.column(name)) }
    package func optionalText(_ name: String) -> String? { optionalText(rows.column(name)) }
    package func optionalBytes(_ name: String) -> [UInt8]? { optionalBytes(rows.column(name)) }
    package func optionalTimestamp(_ name: String) -> Int64? { optionalTimestamp(rows.column(name)) }
    package func optionalAddress(_ name: String) -> IPAddress? { optionalAddress(rows.column(name)) }
    package func optionalPrefix(_ name: String) -> IPPrefix? { optionalPrefix(rows.column(name)) }
    package func optionalTextArray(_ name: String) -> [String]? { optionalTextArray(rows.column(name)) }

    package func int(_ name: String) -> Int { int(rows.column(name)) }
    package func double(_ name: String) -> Double { double(rows.column(name)) }
    package func bool(_ name: String) -> Bool { bool(rows.column(name)) }
    package func text(_ name: String) -> String { text(rows.column(name)) }
    package func bytes(_ name: String) -> [UInt8] { bytes(rows.column(name)) }
    package func timestamp(_ name: String) -> Int64 { timestamp(rows.column(name)) }
    package func address(_ name: String) -> IPAddress { address(rows.column(name)) }
    package func prefix(_ name: String) -> IPPrefix { prefix(rows.column(name)) }
    package func textArray(_ name: String) -> [String] { textArray(rows.column(name)) }
}

/// text[] as the server writes it.
private enum TextArray {
    /// `{a,"b,c",NULL}`; quotes and backslashes as in array_out. NULL elements are left out.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
        guard bytes.count >= 2, bytes.first == 123, bytes.last == 125 else { return nil }
        var result: [String] = []
        var element: [UInt8] = []
        var quoted = false
        var wasQuoted = false
        var escaped = false
        func finish() {
            if wasQuoted || !element.elementsEqual("NULL".utf8) {
                result.append(String(decoding: element, as: UTF8.self))
            }
            element.removeAll()
            wasQuoted = false
        }
        for byte in bytes[1..<(bytes.count - 1)] {
            switch byte {
            case _ where escaped:
                element.append(byte)
                escaped = false
            case 92: escaped = true
            case 34:
                quoted.toggle()
                wasQuoted = true
            case 44 where !quoted: finish()
            default: element.append(byte)
            }
        }
        if bytes.count > 2 { finish() }
        return result
    }

    static func binary(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
        func big(_ at: Int) -> Int {
            Int(Int32(truncatingIfNeeded: bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) }))
        }
        guard bytes.count >= 12 else { return nil }
        if big(0) == 0 { return [] }
        guard big(0) == 1, bytes.count >= 20 else { return nil }
        var position = 20
        var result: [String] = []
        for _ in 0..<big(12) {
            guard position + 4 <= bytes.count else { return nil }
            let length = big(position)
            position += 4
            guard length >= 0 else { continue }
            guard position + length <= bytes.count else { return nil }
            result.append(String(decoding: bytes[position..<(position + length)], as: UTF8.self))
            position += length
        }
        return result
    }
}
