/// One dictionary file as it is written, in text or XML, before anything is looked up: the form that the two readers
/// make, the two writers print, and the builder takes in.
package struct DictionaryDocument: Sendable, Equatable {
    package struct Line: Sendable, Equatable {
        /// From 1, in the file it was read from. Not compared: it moves when the form changes.
        package var number: Int
        package var statement: Statement
        /// The comment behind the statement, without its `#` and outer spaces.
        package var note: String?

        package static func == (left: Line, right: Line) -> Bool {
            left.statement == right.statement && left.note == right.note
        }
    }

    package var lines: [Line] = []
}

/// A statement of the dictionary language, its words as written.
package enum Statement: Sendable, Equatable {
    case blank
    case comment(String)
    case include(String, optional: Bool)
    /// `VENDOR name number [format=…]`
    case vendor(name: String, number: String, options: [String])
    /// `ATTRIBUTE name oid type [flags]`
    case attribute(name: String, oid: String, type: String, flags: [String])
    /// `VALUE attribute name number`
    case value(attribute: String, name: String, number: String)
    case define(name: String, type: String, flags: [String])
    case enumeration(name: String, type: String, flags: [String])
    case alias(name: String, target: String)
    case structure(name: String, key: String, value: String, flags: [String])
    case member(name: String, type: String, flags: [String])
    case flags([String])
    case protocolName(name: String, number: String, options: [String])
    case begin(Block, name: String, options: [String])
    case end(Block, name: String)
    /// A line whose first word is not known, all its words kept.
    case unknown([String])
}

/// What a BEGIN opens and its END closes.
package enum Block: String, Sendable, CaseIterable {
    case vendor = "VENDOR"
    case tlv = "TLV"
    case protocolSpace = "PROTOCOL"
    /// Version 4's bare `BEGIN name`.
    case attribute = ""

    /// The keyword that opens it.
    var beginWord: String { self == .attribute ? "BEGIN" : "BEGIN-\(rawValue)" }
    var endWord: String { self == .attribute ? "END" : "END-\(rawValue)" }
}
