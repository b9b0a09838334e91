/// Reads the FreeRADIUS text form, versions 3 and 4, statement by statement. Never fails: a line it can't use is an
/// `unknown` statement, with a diagnostic.
package struct TextReader {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var lineNumber = 0
    private var diagnostics: [Diagnostic] = []

    /// `file` is only for the diagnostics.
    package static func read(_ bytes: [UInt8], file: String) -> (DictionaryDocument, [Diagnostic]) {
        var reader = TextReader(bytes: bytes, file: file)
        let document = reader.document()
        return (document, reader.diagnostics)
    }

    private init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    private mutating func document() -> DictionaryDocument {
        var document = DictionaryDocument()
        document.lines.reserveCapacity(bytes.count / 40)
        var wordRanges: [Range<Int>] = []
        while position < bytes.count {
            lineNumber += 1
            let note = scanLine(&wordRanges)
            let line = DictionaryDocument.Line(
                number: lineNumber, statement: statement(wordRanges, note), note: wordRanges.isEmpty ? nil : note)
            document.lines.append(line)
        }
        return document
    }

    /// Takes one line: fills `words`, steps behind its end, gives its comment.
    private mutating func scanLine(_ words: inout [Range<Int>]) -> String? {
        words.removeAll(keepingCapacity: true)
        var note: String?
        while position < bytes.count {
            let unit = bytes[position]
            if unit == 10 { break }
            if unit == 35 {
                note = takeComment()
            } else if unit <= 32 {
                position += 1
            } else {
                words.append(takeWord())
            }
        }
        position += 1
        return note
    }

    private mutating func takeComment() -> String {
        var start = position + 1
        while position < bytes.count, bytes[position] != 10 { position += 1 }
        var end = position
        while start < end, bytes[start] <= 32 { start += 1 }
        while end > start, bytes[end - 1] <= 32 { end -= 1 }
        return text(start..<end)
    }

    /// A word ends at a space or a `#`; a quoted one at its quote, so that it may hold both.
    private mutating func takeWord() -> Range<Int> {
        let start = position
        if bytes[start] == 34 {
            var end = start + 1
            while end < bytes.count, bytes[end] != 34, bytes[end] != 10 {
                end += bytes[end] == 92 && end + 1 < bytes.count && bytes[end + 1] != 10 ? 2 : 1
            }
            if end < bytes.count, bytes[end] == 34 {
                position = end + 1
                return start..<position
            }
        }
        while position < bytes.count, bytes[position] > 32, bytes[position] != 35 { position += 1 }
        return start..<position
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func statement(_ ranges: [Range<Int>], _ note: String?) -> Statement {
        guard let first = ranges.first else { return note.map { .comment($0) } ?? .blank }
        let words = ranges.map { text($0) }
        let keyword = text(first)
        if let known = known(words[0], words) ?? known(keyword.asciiUppercased, words) { return known }
        report("'\(keyword)' with \(words.count - 1) words is not a statement; the line is left out")
        return .unknown(words)
    }

    /// nil when the keyword is not known or has too few words.
    private func known(_ keyword: String, _ words: [String]) -> Statement? {
        let count = words.count
        switch keyword {
        case "ATTRIBUTE" where count >= 4:
            return .attribute(name: words[1], oid: words[2], type: words[3], flags: Array(words[4...]))
        case "VALUE" where count >= 4: return value(words)
        case "VENDOR" where count >= 3: return .vendor(name: words[1], number: words[2], options: Array(words[3...]))
        case "$INCLUDE" where count == 2: return .include(words[1], optional: false)
        case "$INCLUDE-" where count == 2: return .include(words[1], optional: true)
        case "DEFINE" where count >= 3: return .define(name: words[1], type: words[2], flags: Array(words[3...]))
        case "ENUM" where count >= 3: return .enumeration(name: words[1], type: words[2], flags: Array(words[3...]))
        case "ALIAS" where count >= 3: return .alias(name: words[1], target: words[2])
        case "STRUCT" where count >= 4:
            return .structure(name: words[1], key: words[2], value: words[3], flags: Array(words[4...]))
        case "MEMBER" where count >= 3: return .member(name: words[1], type: words[2], flags: Array(words[3...]))
        case "FLAGS": return .flags(Array(words[1...]))
        case "PROTOCOL" where count >= 3:
            return .protocolName(name: words[1], number: words[2], options: Array(words[3...]))
        default: return block(keyword, words)
        }
    }

    /// The number is the word behind the name; where that is none and the last word is, the name has spaces.
    private func value(_ words: [String]) -> Statement {
        let isLong = words.count > 4 && words[3].dictionaryNumber == nil && words.last?.dictionaryNumber != nil
        let end = isLong ? words.count - 1 : 3
        return .value(attribute: words[1], name: words[2..<end].joined(separator: " "), number: words[end])
    }

    private func block(_ keyword: String, _ words: [String]) -> Statement? {
        for block in Block.allCases {
            if keyword == block.beginWord, words.count >= 2 || block == .tlv {
                let name = words.count >= 2 ? words[1] : ""
                return .begin(block, name: name, options: Array(words.dropFirst(2)))
            }
            if keyword == block.endWord, words.count >= 2 || block != .vendor {
                return .end(block, name: words.count >= 2 ? words[1] : "")
            }
        }
        return nil
    }

    private mutating func report(_ message: String) {
        diagnostics.append(Diagnostic(severity: .error, file: file, line: lineNumber, message: message))
    }
}

extension String {
    var asciiUppercased: String {
        String(decoding: utf8.map { (97...122).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
    }
}
