package import PluginAPI

/// One row of a `COPY … TO STDOUT (FORMAT binary)`, read column after column from the bytes that the server sent; valid as
/// long as they are. Each reader takes the next column, of the type in its name; the plain ones stop the program on NULL,
/// because a column read so is NOT NULL in the schema.
package struct CopyRow {
    private let message: UnsafeRawBufferPointer
    private var at = 0

    private static let signature: [UInt8] = [80, 71, 67, 79, 80, 89, 10, 255, 13, 10, 0]

    init(_ message: UnsafeRawBufferPointer) { self.message = message }

    /// The first message: signature, flags, and a header extension of the length it tells come before the row.
    init(beginning message: UnsafeRawBufferPointer) throws(StoreError) {
        self.init(message)
        guard message.starts(with: CopyRow.signature) else { throw CopyRow.damaged }
        at = CopyRow.signature.count + 4
        let length = Int(try number(Int32.self))
        guard length >= 0, length <= message.count - at else { throw CopyRow.damaged }
        at += length
    }

    /// Takes the number of columns; false for the stream's end.
    mutating func begin() throws(StoreError) -> Bool { try number(Int16.self) >= 0 }

    /// The next column as it travels; nil for NULL.
    package mutating func next() throws(StoreError) -> UnsafeRawBufferPointer? {
        let length = Int(try number(Int32.self))
        guard length >= 0 else { return nil }
        guard length <= message.count - at else { throw CopyRow.damaged }
        defer { at += length }
        return UnsafeRawBufferPointer(rebasing: message[at..<(at + length)])
    }

    private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type
    ) throws(StoreError) -> Number {
        let size = MemoryLayout<Number>.size
        guard size <= message.count - at else { throw CopyRow.damaged }
        defer { at += size }
        return Number(bigEndian: message.loadUnaligned(fromByteOffset: at, as: Number.self))
    }

    private static let damaged = StoreError(.other, "the database sent a row that is cut short")
}

extension CopyRow {
    /// smallint, integer or bigint.
    package mutating func optionalInt() throws(StoreError) -> Int64? {
        guard let value = try next() else { return nil }
        switch value.count {
        case 8: return Int64(bigEndian: value.loadUnaligned(as: Int64.self))
        case 4: return Int64(Int32(bigEndian: value.loadUnaligned(as: Int32.self)))
        case 2: return Int64(Int16(bigEndian: value.loadUnaligned(as: Int16.self)))
        default: preconditionFailure("a column read as a number is one")
        }
    }

    package mutating func int() throws(StoreError) -> Int64 { CopyRow.required(try optionalInt()) }

    package mutating func bool() throws(StoreError) -> Bool { CopyRow.required(try next()).first == 1 }

    /// text and bytea.
    package mutating func bytes() throws(StoreError) -> UnsafeRawBufferPointer { CopyRow.required(try next()) }

    package mutating func optionalText() throws(StoreError) -> String? {
        try next().map { String(decoding: $0, as: UTF8.self) }
    }

    package mutating func text() throws(StoreError) -> String { CopyRow.required(try optionalText()) }

    /// timestamptz as microseconds since 1970; `infinity` is `Timestamp.infinity`.
    package mutating func optionalTimestamp() throws(StoreError) -> Int64? {
        guard let value = try optionalInt() else { return nil }
        return value == .max || value == .min ? value : value + Timestamp.postgresEpoch
    }

    package mutating func timestamp() throws(StoreError) -> Int64 { CopyRow.required(try optionalTimestamp()) }

    /// inet or cidr; an address alone has its full length. Family, bits, is-cidr, length, address.
    package mutating func optionalPrefix() throws(StoreError) -> IPPrefix? {
        guard let value = try next() else { return nil }
        // Not by the initialisers over collections: those cost more than all the rest of a row.
        switch value.count {
        case 8: return IPPrefix(address: IPAddress(ipv4: big(value, 4)), length: Int(value[1]))
        case 20: return IPPrefix(address: IPAddress(high: big(value, 4), low: big(value, 12)), length: Int(value[1]))
        default: preconditionFailure("a column read as an address is one")
        }
    }

    /// macaddr.
    package mutating func optionalMAC() throws(StoreError) -> MACAddress? {
        guard let value = try next() else { return nil }
        precondition(value.count == 6, "a column read as a MAC is one")
        return MACAddress(bits: UInt64(big(value, 0) as UInt32) << 16 | UInt64(big(value, 4) as UInt16))
    }

    private func big<Number: FixedWidthInteger & BitwiseCopyable>(
        _ value: UnsafeRawBufferPointer, _ offset: Int
    ) -> Number {
        Number(bigEndian: value.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    private static func required<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a column that is read as NOT NULL is NULL") }
        return value
    }
}
