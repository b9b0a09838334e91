/// Prints a document in the text form. Columns are aligned; otherwise what `TextReader` reads is what was written.
package enum TextWriter {
    package static func text(_ document: DictionaryDocument) -> String {
        var text = ""
        for line in document.lines {
            text += self.text(line.statement)
            if let note = line.note { text += note.isEmpty ? " #" : " # \(note)" }
            text += "\n"
        }
        return text
    }

    private static func text(_ statement: Statement) -> String {
        switch statement {
        case .blank: ""
        case .comment(let text): text.isEmpty ? "#" : "# \(text)"
        case .include(let file, let optional): "\(optional ? "$INCLUDE-" : "$INCLUDE") \(file)"
        case .vendor(let name, let number, let options): row(["VENDOR", name, number] + options, [9, 39])
        case .attribute(let name, let oid, let type, let flags):
            row(["ATTRIBUTE", name, oid, type] + flags, [9, 39, 9, 9])
        case .value(let attribute, let name, let number): row(["VALUE", attribute, name, number], [9, 39, 39])
        case .define(let name, let type, let flags): row(["DEFINE", name, type] + flags, [9, 39])
        case .enumeration(let name, let type, let flags): row(["ENUM", name, type] + flags, [9, 39])
        case .alias(let name, let target): row(["ALIAS", name, target], [9, 39])
        case .structure(let name, let key, let value, let flags): row(["STRUCT", name, key, value] + flags, [9, 39])
        case .member(let name, let type, let flags): row(["MEMBER", name, type] + flags, [9, 39])
        case .flags(let words): row(["FLAGS"] + words, [9])
        case .protocolName(let name, let number, let options): row(["PROTOCOL", name, number] + options, [9, 39])
        case .begin(let block, let name, let options):
            row([block.beginWord] + (name.isEmpty ? [] : [name]) + options, [])
        case .end(let block, let name): row([block.endWord] + (name.isEmpty ? [] : [name]), [])
        case .unknown(let words): words.joined(separator: " ")
        }
    }

    /// Words with a space between, each padded to its column's width.
    private static func row(_ words: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, word) in words.enumerated() {
            text += word
            guard index < words.count - 1 else { break }
            let width = index < widths.count ? widths[index] : 0
            text += String(repeating: " ", count: max(0, width - word.utf8.count) + 1)
        }
        return text
    }
}
