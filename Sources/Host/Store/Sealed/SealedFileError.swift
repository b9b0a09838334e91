/// Why a sealed file was not written or read, in a sentence that names the file.
package enum SealedFileError: Error, Sendable, Hashable, CustomStringConvertible {
    case missing(String)
    /// A system call failed.
    case system(String)
    case notOurs(String)
    /// Of a later Tollkeeper.
    case newer(String, version: UInt16)
    /// Ends before its end, or goes on after it.
    case torn(String, at: Int)
    /// A piece that the key does not open: of another file or order, changed, or under another key.
    case refused(String, chunk: Int)

    package var description: String {
        switch self {
        case .missing(let path): "there is no \(path)"
        case .system(let what): what
        case .notOurs(let path): "\(path) is no file that Tollkeeper sealed"
        case .newer(let path, let version): "\(path) is of a later Tollkeeper (format \(version))"
        case .torn(let path, let place): "\(path) is not whole: its pieces end at byte \(place)"
        case .refused(let path, 0): "\(path) does not open: made under another key file, or damaged"
        case .refused(let path, let chunk): "\(path) is damaged or was changed: piece \(chunk) does not open"
        }
    }
}
