/// The configuration file: `key = value`, one a line; `#` begins a comment at the start of a line; blanks around key
/// and value are not part of them. `plugin.ID.NAME = value` is a setting of a plugin.
struct ConfigurationFile {
    struct Entry: Equatable {
        let key: String
        let value: String
        /// From 1.
        let line: Int
    }

    let name: String
    let entries: [Entry]

    /// Throws `.refused` naming file, line and key for a line that is not `key = value`, and for a key given twice.
    init(name: String, text: String) throws {
        self.name = name
        var entries: [Entry] = []
        // By unit, not by character: in Swift a CR with its LF is one character.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let place = "\(name) line \(index + 1)"
            guard let entry = try ConfigurationFile.entry(String(line) ?? "", line: index + 1, place) else { continue }
            if let first = entries.first(where: { $0.key == entry.key }) {
                throw CommandError.refused("\(place): \(entry.key) is already set in line \(first.line)")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    private static func entry(_ line: String, line number: Int, _ place: String) throws -> Entry? {
        let line = trimmed(line[...])
        if line.isEmpty || line.hasPrefix("#") { return nil }
        guard let equals = line.firstIndex(of: "="), equals > line.startIndex else {
            throw CommandError.refused("\(place): `\(line)` is not `key = value`")
        }
        let key = trimmed(line[..<equals])
        return Entry(key: String(key), value: String(trimmed(line[line.index(after: equals)...])), line: number)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
