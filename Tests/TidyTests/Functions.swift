/// The functions of a Swift file that is formatted as the linter wants: a body ends with `}` below its declaration.
struct Functions {
    struct Function {
        /// The declaration's line, from 1.
        let line: Int
        /// Lines between the body's braces.
        let length: Int
    }

    /// In the order of the file; those that stand on one line, or have no body, are not among them.
    static func read(_ lines: [Substring]) -> [Function] {
        lines.indices.compactMap { start in
            guard isDeclaration(lines[start]), let open = opening(lines, start) else { return nil }
            let end = indentation(lines[start]) + "}"
            guard let close = lines[(open + 1)...].firstIndex(where: { $0 == end }) else { return nil }
            return Function(line: start + 1, length: close - open - 1)
        }
    }

    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "private", "fileprivate", "static", "mutating", "consuming", "borrowing",
        "override", "final", "convenience", "required", "nonisolated",
    ]

    private static func isDeclaration(_ line: Substring) -> Bool {
        let words = line.split(separator: " ").drop { modifiers.contains($0) || $0.hasPrefix("@") }
        guard let word = words.first else { return false }
        return word == "func" || word == "deinit" || ["init(", "init?(", "init<"].contains { word.hasPrefix($0) }
    }

    /// The line that opens the body. A declaration goes on over lines that are indented deeper, or begin with `)`.
    private static func opening(_ lines: [Substring], _ start: Int) -> Int? {
        let indentation = indentation(lines[start])
        var line = start
        while !lines[line].hasSuffix("{") {
            line += 1
            guard line < lines.count else { return nil }
            let goesOn = lines[line].hasPrefix(indentation + " ") || lines[line].hasPrefix(indentation + ")")
            guard goesOn else { return nil }
        }
        return line
    }

    private static func indentation(_ line: Substring) -> Substring { line.prefix { $0 == " " } }
}
