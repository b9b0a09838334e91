import Glibc

/// Whole small files, read and written.
enum FileText {
    /// The file's text; nil when it is not there. Throws `.refused` when it can't be read or is not UTF-8.
    static func read(_ path: String) throws -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw CommandError.refused("\(path) can't be read: \(reason())")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw CommandError.refused("\(path) can't be read: \(reason())")
            }
            bytes += buffer[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError.refused("\(path) is not UTF-8 text")
        }
        return text
    }

    /// What errno says.
    static func reason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
}
