import Glibc

/// Looks for new certificates, and has newcomers answered with them. What is no certificate is passed over, and the old
/// one stays.
struct CertificateWatch: Sendable {
    let doors: [Door]
    let tell: @Sendable (HTTPNotice) -> Void

    /// - now: in seconds since 1970.
    func look(now: Int64) {
        var seen: [CertificateFiles] = []
        for door in doors {
            guard let files = door.certificate, !seen.contains(where: { $0 === files }) else { continue }
            seen.append(files)
            look(files, now)
        }
        for door in doors { door.dropIdle() }
    }

    private func look(_ files: CertificateFiles, _ now: Int64) {
        do {
            guard let text = try files.change(now: now) else { return }
            for door in doors where door.certificate === files {
                guard door.replace(text) else {
                    throw CertificateProblem("\(files.certificatePath): the TLS library does not take it")
                }
            }
            try files.took(text)
            tell(.certificateReplaced(files.certificatePath))
        } catch {
            tell(.certificateRefused(files.certificatePath, "\(error)"))
        }
    }
}
