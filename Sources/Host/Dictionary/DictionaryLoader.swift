/// Reads a root file and what it includes, each in text or XML, as its first byte shows.
package struct DictionaryLoader {
    /// Gives a file's bytes; nil when there is none.
    package typealias Source = (_ path: String) -> [UInt8]?

    private static let deepestInclude = 16
    private static let mostFiles = 4096

    private let source: Source
    private var builder = DictionaryBuilder()
    private var open: [String] = []

    /// Reads `path`. Throws only when the root itself can't be read; everything else is a diagnostic.
    package static func load(_ path: String, source: @escaping Source = FileBytes.read) throws(DictionaryError)
        -> AttributeDictionary
    {
        try load([path], source: source)
    }

    /// The same over several roots, later ones over earlier ones.
    package static func load(_ paths: [String], source: @escaping Source = FileBytes.read) throws(DictionaryError)
        -> AttributeDictionary
    {
        var loader = DictionaryLoader(source: source)
        for path in paths {
            guard let bytes = source(path) else { throw DictionaryError(message: "can't read the dictionary \(path)") }
            loader.take(bytes, path: path)
        }
        return AttributeDictionary(loader.builder.finish())
    }

    private init(source: @escaping Source) { self.source = source }

    private mutating func take(_ bytes: [UInt8], path: String) {
        open.append(path)
        defer { open.removeLast() }
        let outer = builder.enter(file: path)
        let (document, diagnostics) = DictionaryDocument.read(bytes, file: path)
        builder.report(diagnostics)
        for line in document.lines {
            if case .include(let name, let optional) = line.statement {
                builder.at(line: line.number)
                include(name, from: path, optional: optional)
                builder.at(line: line.number)
            } else {
                builder.add(line)
            }
        }
        builder.leave(to: outer)
    }

    /// A relative name is looked for beside the file that includes it.
    private mutating func include(_ name: String, from path: String, optional: Bool) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let target = name.hasPrefix("/") ? name : folder + name
        guard !open.contains(target) else { return builder.report(.error, "\(name) includes itself; left out") }
        guard open.count < DictionaryLoader.deepestInclude, builder.fileCount < DictionaryLoader.mostFiles else {
            return builder.report(.error, "too many files inside each other; \(name) is left out")
        }
        guard let bytes = source(target) else {
            if !optional { builder.report(.error, "can't read \(name); left out") }
            return
        }
        take(bytes, path: target)
    }
}

/// Why a dictionary could not be read at all, or a document not be written.
package struct DictionaryError: Error, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

extension AttributeDictionary {
    /// The set that `rootFile` names with its includes. Throws when that file can't be read.
    package static func load(file rootFile: String) throws(DictionaryError) -> AttributeDictionary {
        try DictionaryLoader.load(rootFile)
    }

    /// From the text itself, not from a file; its includes are not followed.
    package static func parse(_ text: String, name: String = "text") -> AttributeDictionary {
        let bytes = Array(text.utf8)
        // The source always has the root, so the only error can't come.
        guard let dictionary = try? DictionaryLoader.load(name, source: { $0 == name ? bytes : nil }) else {
            preconditionFailure("a dictionary in memory can be read")
        }
        return dictionary
    }
}

extension DictionaryDocument {
    /// Reads one file in the form that its bytes show: XML begins with `<`.
    package static func read(_ bytes: [UInt8], file: String) -> (DictionaryDocument, [Diagnostic]) {
        isXML(bytes) ? XMLReader.read(bytes, file: file) : TextReader.read(bytes, file: file)
    }

    /// Whether the first character, behind a byte order mark, is `<`.
    package static func isXML(_ bytes: [UInt8]) -> Bool {
        bytes.first { $0 > 32 && ![0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "<")
    }
}
