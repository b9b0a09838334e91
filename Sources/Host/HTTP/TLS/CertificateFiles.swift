/// Where a certificate and its key are.
package struct CertificateFiles: Sendable {
    let current: CertificateText

    package init(_ current: CertificateText) { self.current = current }
}
