/// Opens what is sealed in the database; each value is bound to its row and column (D16).
package struct SecretVault: Sendable {
    /// Writes what `sealed` holds, sealed for `place`, into room that is as large as `sealed`; gives the count of bytes.
    package typealias Reader =
        @Sendable (
            _ sealed: UnsafeRawBufferPointer, _ place: UnsafeRawBufferPointer, _ plain: UnsafeMutableRawBufferPointer
        ) throws -> Int

    private let reader: Reader

    package init(reading reader: @escaping Reader) { self.reader = reader }

    package init(_ opener: @escaping @Sendable (_ sealed: [UInt8], _ place: String) throws -> [UInt8]) {
        reader = { sealed, place, plain in
            let bytes = try opener(Array(sealed), String(decoding: place, as: UTF8.self))
            precondition(bytes.count <= plain.count, "what was sealed is not longer than its seal")
            plain.copyBytes(from: bytes)
            return bytes.count
        }
    }

    package func open(_ sealed: [UInt8], _ table: String, _ id: Int64, _ column: String) throws -> [UInt8] {
        let place = Array("\(table)/\(id)/\(column)".utf8)
        return try withUnsafeTemporaryAllocation(byteCount: max(1, sealed.count), alignment: 1) { plain in
            let count = try sealed.withUnsafeBytes { sealed in
                try place.withUnsafeBytes { try reader(sealed, $0, plain) }
            }
            return Array(plain[..<count])
        }
    }

    package func open(
        _ sealed: UnsafeRawBufferPointer, _ place: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        try reader(sealed, place, plain)
    }
}
