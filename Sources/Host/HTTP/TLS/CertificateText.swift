/// A certificate with its chain, and its key, in PEM.
package struct CertificateText: Sendable, Equatable {
    package let certificate: String
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
