import Glibc

/// A journal's file: whole reads, whole writes.
enum JournalFile {
    static func reason() -> String { String(cString: strerror(errno)) }

    /// All bytes of the file.
    static func read(_ path: String) throws(JournalError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalError(.disk, "can't open \(path): \(reason())") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw JournalError(.disk, "can't read \(path): \(reason())") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var got = 0
        while got < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + got, $0.count - got) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JournalError(.disk, "can't read \(path): \(reason())") }
            if count == 0 { break }
            got += count
        }
        bytes.removeLast(bytes.count - got)
        return bytes
    }

    /// Every byte, or the reason why not.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : ENOSPC }
            sent += count
        }
        return nil
    }

    /// A new file of these bytes, in the place of an old one. What is set aside for whoever wants to look.
    static func keep(_ bytes: some Collection<UInt8>, _ path: String) throws(JournalError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError(.disk, "can't keep damaged bytes in \(path): \(reason())") }
        defer { close(descriptor) }
        if let failure = Array(bytes).withUnsafeBytes({ write($0, to: descriptor) }) {
            throw JournalError(.disk, "can't keep damaged bytes in \(path): \(String(cString: strerror(failure)))")
        }
    }

    /// Cuts the file after `size` bytes, for good.
    static func cut(_ path: String, to size: Int) throws(JournalError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalError(.disk, "can't cut \(path): \(reason())") }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(size)) == 0, fsync(descriptor) == 0 else {
            throw JournalError(.disk, "can't cut \(path): \(reason())")
        }
    }
}
