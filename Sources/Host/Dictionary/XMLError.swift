import CXML2

/// What is wrong with an XML file, where.
package struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// From 1; 0 when libxml2 does not know.
    package var line: Int
    package var message: String

    package var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}

/// Gathers what libxml2 reports through its callbacks.
final class XMLFaults {
    private let file: String
    private var errors: [XMLError] = []

    init(_ file: String) { self.file = file }

    /// The callback: `context` is an unretained `XMLFaults`.
    static let collect: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<xmlError>?) -> Void = {
        context, error in
        guard let context else { return }
        Unmanaged<XMLFaults>.fromOpaque(context).takeUnretainedValue().add(error)
    }

    func add(_ error: UnsafeMutablePointer<xmlError>?) {
        guard let error = error?.pointee, let text = error.message else { return }
        var message = String(cString: text)
        while message.last == "\n" { message.removeLast() }
        errors.append(XMLError(file: file, line: Int(error.line), message: message))
    }

    /// The first error, or one made of `message`.
    func error(otherwise message: String) -> XMLError {
        errors.first ?? XMLError(file: file, line: 0, message: message)
    }
}
