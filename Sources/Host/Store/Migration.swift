/// One numbered SQL file: `0001_core.sql`.
package struct Migration: Sendable, Hashable {
    package var number: Int
    /// The file's name.
    package var name: String
    package var sql: String
    /// SHA-256 of the file, in hexadecimal.
    package var checksum: String

    /// All `NNNN_name.sql` of a folder in order. Throws `.setup` on a doubled number or an unreadable folder.
    package static func all(in folder: String) throws(StoreError) -> [Migration] {
        var result: [Migration] = []
        for name in try TextFile.names(in: folder) where name.hasSuffix(".sql") {
            guard let number = Int(name.prefix { $0.isNumber }), name.dropFirst(4).first == "_" else {
                throw StoreError(.setup, "\(folder)/\(name) is no migration: names are like 0001_core.sql")
            }
            if result.last?.number == number {
                throw StoreError(.setup, "two migrations have the number \(number) in \(folder)")
            }
            let bytes = try TextFile.read("\(folder)/\(name)")
            var checksum: [UInt8] = []
            Hex.append(Digest.sha256(bytes), to: &checksum)
            result.append(
                Migration(
                    number: number, name: name, sql: String(decoding: bytes, as: UTF8.self),
                    checksum: String(decoding: checksum.dropFirst(2), as: UTF8.self)))
        }
        return result
    }
}
