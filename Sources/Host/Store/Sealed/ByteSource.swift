import Glibc

/// Bytes that can be read at any place: a file, or memory.
package protocol ByteSource {
    /// For messages.
    var path: String { get }
    var size: Int { get }
    /// Fills the buffer from `offset` on; false when that is not possible.
    func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool
}

extension ByteSource {
    func read(_ offset: Int, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return bytes.withUnsafeMutableBytes { read(offset, into: $0) } ? bytes : nil
    }
}

package final class FileSource: ByteSource {
    package let path: String
    package let size: Int
    private let descriptor: Int32

    /// Throws `.missing`, or `.system` when it can't be opened.
    package init(_ path: String) throws(SealedFileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var facts = stat()
        guard descriptor >= 0, fstat(descriptor, &facts) == 0 else {
            let code = errno
            if descriptor >= 0 { close(descriptor) }
            throw code == ENOENT ? .missing(path) : .system("can't read \(path): \(String(cString: strerror(code)))")
        }
        size = Int(facts.st_size)
    }

    deinit { close(descriptor) }

    package func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
