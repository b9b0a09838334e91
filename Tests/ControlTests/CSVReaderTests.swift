import Control
import Testing

@Suite struct CSVReaderTests {
    private func rows(_ text: String) throws -> [CSVReader.Row] { try rows(Array(text.utf8)) }

    private func rows(_ bytes: [UInt8]) throws -> [CSVReader.Row] {
        var reader = CSVReader(bytes)
        var rows: [CSVReader.Row] = []
        while let row = try reader.next() { rows.append(row) }
        return rows
    }

    @Test(
        arguments: [
            ("", []), ("\n\r\n\n", []), ("a", [["a"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), (",", [["", ""]]), ("a,\n", [["a", ""]]),
            ("\"a,b\",c\n", [["a,b", "c"]]), ("\"a \"\"b\"\"\"\n", [["a \"b\""]]), ("\"\",x", [["", "x"]]),
            ("\"a\nb\",c", [["a\nb", "c"]]), ("\"a\r\nb\"", [["a\r\nb"]]), (" a , b", [[" a ", " b"]]),
            ("\u{FEFF}a,b", [["a", "b"]]), ("j\u{fc}rgen", [["j\u{fc}rgen"]]), ("a\n\n\nb", [["a"], ["b"]]),
            ("\"\"\"\"", [["\""]]),
        ] as [(String, [[String]])])
    func `rows are read as RFC 4180 writes them`(_ text: String, _ fields: [[String]]) throws {
        #expect(try rows(text).map(\.fields) == fields)
    }

    @Test func `a row knows the line it began on, quoted line ends counted`() throws {
        #expect(try rows("a\n\"b\nb\"\nc\r\n\r\nd").map(\.line) == [1, 2, 4, 6])
    }

    @Test(
        arguments: [
            ("a,\"b", 1, 2), ("a\nb\"c", 2, 1), ("\"a\"b,c", 1, 1), ("a,b\n\"x\ny", 2, 1), ("a,b\nc,\"d\"e", 2, 2),
        ] as [(String, Int, Int)])
    func `what is malformed is told by line and column`(_ text: String, _ line: Int, _ column: Int) {
        let fault = #expect(throws: CSVReader.Fault.self) { try rows(text) }
        #expect(fault?.line == line)
        #expect(fault?.column == column)
    }

    @Test func `text that is no UTF-8 or holds a zero byte is refused`() {
        #expect(throws: CSVReader.Fault.self) { try rows([97, 44, 0xFF]) }
        #expect(throws: CSVReader.Fault.self) { try rows([97, 44, 0]) }
        #expect(throws: CSVReader.Fault.self) { try rows([34, 0xC3, 34]) }
    }

    @Test func `no bytes make the reader fail otherwise or run on for ever`() {
        var random = SystemRandomNumberGenerator()
        let alphabet: [UInt8] = [34, 44, 10, 13, 97, 0xC3, 0xBC, 32]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            var reader = CSVReader(bytes)
            var count = 0
            while count <= bytes.count, let row = try? reader.next() { count += row.fields.isEmpty ? bytes.count : 1 }
            #expect(count <= bytes.count)
        }
    }
}
