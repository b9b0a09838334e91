import Dictionary
import Testing

@Suite struct VectorTests {
    /// Bytes and line of each row of Tests/Vectors/attributes.txt.
    private static let rows: [(hex: String, line: String)] = {
        let path = OwnSet.folder.dropLast("dictionaries".utf8.count) + "Tests/Vectors/attributes.txt"
        let text = String(decoding: FileBytes.read(String(path)) ?? [], as: UTF8.self)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { row in
            let parts = row.split(separator: " ", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }()

    @Test func `the vectors' bytes and lines are the same thing`() throws {
        let set = try #require(OwnSet.loaded)
        #expect(VectorTests.rows.count >= 40)
        for row in VectorTests.rows {
            let bytes = try #require(HexText.bytes(row.hex.utf8))
            #expect(set.decode(attributes: bytes, showsSecrets: true).map(\.line) == [row.line])
            #expect(HexText.text(try set.encode(list: row.line)) == row.hex)
        }
    }
}
