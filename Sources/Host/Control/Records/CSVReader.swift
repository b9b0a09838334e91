/// Rows of a CSV text (RFC 4180): commas, quotes doubled inside quotes, lines ended by LF or CRLF; a BOM is passed over.
package struct CSVReader {
    /// One row, with the line it began on.
    package struct Row: Sendable, Hashable {
        package let line: Int
        package let fields: [String]
    }

    /// What is wrong and where; columns count from 1.
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        package let line: Int
        package let column: Int
        package let message: String

        package init(line: Int, column: Int, message: String) {
            self.line = line
            self.column = column
            self.message = message
        }

        package var description: String { "line \(line), column \(column): \(message)" }
    }

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    /// The next row that is not empty; nil at the end.
    package mutating func next() throws(Fault) -> Row? {
        while at < bytes.count, bytes[at] == 10 || bytes[at] == 13 {
            if bytes[at] == 10 { line += 1 }
            at += 1
        }
        guard at < bytes.count else { return nil }
        let began = line
        var fields: [String] = []
        while true {
            fields.append(try field(column: fields.count + 1))
            guard at < bytes.count, bytes[at] == 44 else { break }
            at += 1
        }
        if at < bytes.count, bytes[at] == 13 { at += 1 }
        if at < bytes.count {
            guard bytes[at] == 10 else {
                throw Fault(line: line, column: fields.count, message: "a quoted field ends before its comma")
            }
            at += 1
            line += 1
        }
        return Row(line: began, fields: fields)
    }

    private mutating func field(column: Int) throws(Fault) -> String {
        let began = line
        var value: [UInt8] = []
        if at < bytes.count, bytes[at] == 34 {
            at += 1
            try quoted(into: &value, began, column)
        } else {
            while at < bytes.count, ![44, 10, 13].contains(bytes[at]) {
                guard bytes[at] != 34 else {
                    throw Fault(line: line, column: column, message: "a quote stands inside an unquoted field")
                }
                value.append(bytes[at])
                at += 1
            }
        }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw Fault(line: began, column: column, message: "the text is not UTF-8")
        }
        guard !value.contains(0) else { throw Fault(line: began, column: column, message: "a zero byte") }
        return text
    }

    private mutating func quoted(into value: inout [UInt8], _ began: Int, _ column: Int) throws(Fault) {
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 34 {
                guard at < bytes.count, bytes[at] == 34 else { return }
                at += 1
            }
            if byte == 10 { line += 1 }
            value.append(byte)
        }
        throw Fault(line: began, column: column, message: "the quote is never closed")
    }
}
