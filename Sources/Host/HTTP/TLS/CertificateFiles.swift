import Glibc
import Threads

/// Where a certificate and its key are, and what was last read there.
package final class CertificateFiles: Sendable {
    package let certificatePath: String
    package let keyPath: String
    /// Makes a new one in the place of one of our own that ends soon.
    private let renew: (@Sendable () throws -> Void)?

    private struct State {
        var text: CertificateText
        var end: Int64
        var stamps: [Stamp]
    }

    /// What changes with a file, without reading it.
    private struct Stamp: Equatable {
        var inode: UInt = 0
        var size = 0
        var seconds = 0
        var nanoseconds = 0
    }

    private let state: Locked<State>

    /// Reads them. Throws what is wrong with the files or with what is in them.
    package convenience init(certificate: String, key: String) throws(CertificateProblem) {
        try self.init(certificate: certificate, key: key, renew: nil)
    }

    init(
        certificate: String, key: String, renew: (@Sendable () throws -> Void)?
    ) throws(CertificateProblem) {
        certificatePath = certificate
        keyPath = key
        self.renew = renew
        let stamps = CertificateFiles.stamps([certificate, key])
        let text = try CertificateFiles.read(certificate, key)
        let end = try text.judge((certificate, key))
        state = Locked(State(text: text, end: end, stamps: stamps))
    }

    /// What is in use.
    var current: CertificateText { state.withLock { $0.text } }

    /// The end of its validity, in seconds since 1970.
    package var end: Int64 { state.withLock { $0.end } }

    /// What the files hold now, when that is other than before. Throws what is wrong with it; once, until they change
    /// again.
    ///
    /// - now: in seconds since 1970.
    func change(now: Int64) throws(CertificateProblem) -> CertificateText? {
        if let renew, end - now < SelfSigned.renewalSeconds {
            do {
                try renew()
            } catch {
                throw CertificateProblem("\(error)")
            }
        }
        let stamps = CertificateFiles.stamps([certificatePath, keyPath])
        let isNew = state.withLock { state in
            defer { state.stamps = stamps }
            return state.stamps != stamps
        }
        guard isNew else { return nil }
        let text = try CertificateFiles.read(certificatePath, keyPath)
        guard text != current else { return nil }
        let end = try text.judge((certificatePath, keyPath))
        guard end > now else { throw CertificateProblem("\(certificatePath): the certificate is no longer valid") }
        return text
    }

    func took(_ text: CertificateText) throws(CertificateProblem) {
        let end = try text.judge((certificatePath, keyPath))
        state.withLock { state in
            state.text = text
            state.end = end
        }
    }

    private static func stamps(_ paths: [String]) -> [Stamp] {
        paths.map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return Stamp() }
            return Stamp(
                inode: UInt(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
                nanoseconds: status.st_mtim.tv_nsec)
        }
    }

    private static func read(_ certificate: String, _ key: String) throws(CertificateProblem) -> CertificateText {
        CertificateText(certificate: try SmallFile.read(certificate), key: try SmallFile.read(key))
    }
}
