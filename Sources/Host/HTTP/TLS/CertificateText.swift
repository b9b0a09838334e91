import CCrypto

/// A certificate with its chain, and its key, in PEM.
struct CertificateText: Sendable, Equatable {
    let certificate: String
    let key: String

    /// The end of its validity, in seconds since 1970. Throws what is wrong with it, and with which file.
    ///
    /// - paths: where it was read: the certificate's file, and the key's.
    func judge(_ paths: (certificate: String, key: String)) throws(CertificateProblem) -> Int64 {
        var end: Int64 = 0
        switch Int(tk_certificate_judge(certificate, key, &end)) {
        case TK_CERTIFICATE_GOOD: return end
        case TK_CERTIFICATE_KEY_UNREADABLE:
            throw CertificateProblem("\(paths.key): the key is not a PEM private key without a password")
        case TK_CERTIFICATE_NO_PAIR:
            throw CertificateProblem("\(paths.key): the key is not that of the certificate \(paths.certificate)")
        default: throw CertificateProblem("\(paths.certificate): the certificate is not PEM")
        }
    }
}

/// Why a certificate is not used.
package struct CertificateProblem: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
