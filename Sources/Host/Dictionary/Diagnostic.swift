/// One remark of a reader about a dictionary's line: what is doubtful and what was made of it.
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable {
        /// The line, or its file, was left out.
        case error
        /// The line was used, but not quite as written.
        case warning
        /// Two definitions meet; the later one is found first.
        case note
    }

    package let severity: Severity
    package let file: String
    /// From 1; 0 when it is about the file as a whole.
    package let line: Int
    package let message: String

    package var description: String { "\(file):\(line): \(severity.rawValue): \(message)" }
}
