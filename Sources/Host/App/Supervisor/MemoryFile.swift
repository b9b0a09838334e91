import CSystem
import Glibc

/// Bytes that pass from one process to another by a file that is memory only: no size limit of a socket, no disk.
enum MemoryFile {
    /// More than a handover can be; a wrong length must not become a wrong allocation.
    private static let limit = 1 << 30

    /// A sealed file of the bytes; the caller closes it. Throws `.refused`.
    static func make(_ bytes: [UInt8]) throws -> Int32 {
        let file = tk_memory_file("tollkeeper-handover")
        guard file >= 0 else { throw CommandError.refused("memfd_create: \(FileText.reason(-file))") }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = FileText.reason()
                close(file)
                throw CommandError.refused("a file in memory can't be written: \(reason)")
            }
            sent += count
        }
        _ = tk_memory_seal(file)
        return file
    }

    /// All of it; nil when it can't be read.
    static func read(_ file: Int32) -> [UInt8]? {
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_size <= limit else { return nil }
        let size = Int(facts.st_size)
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, filled in
            while filled < size {
                let count = pread(file, room.baseAddress! + filled, size - filled, off_t(filled))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    isWhole = false
                    return
                }
                filled += count
            }
        }
        return isWhole ? bytes : nil
    }
}
