import Glibc
import Store

/// A folder for what the tests of a run make once and share, removed when the run ends.
package enum RunFolder {
    package static let path: String = {
        let path = "/tmp/tollkeeper-run-\(getpid())"
        precondition(mkdir(path, 0o711) == 0, "\(path) can't be made")
        atexit { Folder.remove(RunFolder.path) }
        return path
    }()

    /// A new folder in it.
    package static func folder() -> String {
        var template = Array("\(path)/XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no folder can be made in \(path)")
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
