import Glibc
import Store

/// A folder for a test's files, removed with it.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() {
        var template = Array("/tmp/tollkeeper-scratch-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no scratch folder can be made")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // A test may run as root and start PostgreSQL, as another user, below it.
        chmod(path, 0o711)
    }

    deinit { Folder.remove(path) }

    package func write(_ text: String, to name: String) {
        let file = fopen("\(path)/\(name)", "w")
        fputs(text, file)
        fclose(file)
    }
}
