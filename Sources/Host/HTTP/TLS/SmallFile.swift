import Glibc

/// Text files of certificates and keys.
enum SmallFile {
    private static let limit = 1 << 20

    /// Throws which file can't be read, and why.
    static func read(_ path: String) throws(CertificateProblem) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem(path, "can't be read") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            guard count > 0 else { throw problem(path, "can't be read") }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw CertificateProblem("\(path) is too long to be a certificate") }
        }
    }

    /// Beside its place, then renamed: who reads sees the old or the new. Throws which file can't be written, and why.
    static func write(_ path: String, _ text: String, mode: mode_t) throws(CertificateProblem) {
        let new = path + ".new"
        unlink(new)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw problem(new, "can't be made") }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(descriptor)
                throw problem(new, "can't be written")
            }
            rest = rest.dropFirst(count)
        }
        let isWell = fsync(descriptor) == 0
        close(descriptor)
        guard isWell, rename(new, path) == 0 else { throw problem(path, "can't be written") }
    }

    private static func problem(_ path: String, _ what: String) -> CertificateProblem {
        CertificateProblem("\(path) \(what): \(String(cString: strerror(errno)))")
    }
}
