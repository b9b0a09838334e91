import CCrypto
import CMicroHTTPD
import Glibc
import PluginAPI

/// A certificate of our own for who has none yet: browsers ask before they trust it.
package enum SelfSigned {
    static let days: Int32 = 825
    static let renewalSeconds: Int64 = 30 * 86400

    /// That of the folder, which is made with it when it isn't there. Throws what hinders.
    ///
    /// - names: hosts and IP addresses that it is for; the first is its common name.
    package static func files(in folder: String, names: [String]) throws(CertificateProblem) -> CertificateFiles {
        let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw CertificateProblem("the folder \(folder) can't be made: \(String(cString: strerror(errno)))")
        }
        if access(certificate, F_OK) != 0 || access(key, F_OK) != 0 { try make(certificate, key, names) }
        return try CertificateFiles(certificate: certificate, key: key) { try make(certificate, key, names) }
    }

    /// The host's names and addresses, as far as it knows them.
    package static var hostNames: [String] {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return [host, "localhost"].filter { !$0.isEmpty } + addresses
    }

    private static var addresses: [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return ["127.0.0.1", "::1"] }
        defer { freeifaddrs(list) }
        var result: [String] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            let address = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { bytes in
                IPAddress(bytes: bytes[..<tk_address_bytes(entry.ifa_addr, bytes.baseAddress)])
            }
            // fe80::/10 are the link's own, which nobody types.
            guard let text = address?.description, !text.hasPrefix("fe80:"), !result.contains(text) else { continue }
            result.append(text)
        }
        return result
    }

    private static func make(
        _ certificatePath: String, _ keyPath: String, _ names: [String]
    ) throws(CertificateProblem) {
        var certificate: UnsafeMutablePointer<CChar>?
        var key: UnsafeMutablePointer<CChar>?
        defer {
            tk_certificate_release(certificate)
            tk_certificate_release(key)
        }
        let alternatives = names.map { ($0.contains(":") || isDotted($0) ? "IP:" : "DNS:") + $0 }
        // A common name has up to 64 characters (RFC 5280 appendix A).
        let name = String((names.first ?? "tollkeeper").prefix(64))
        guard tk_certificate_make(name, alternatives.joined(separator: ","), days, &certificate, &key) == 1,
            let certificate, let key
        else { throw CertificateProblem("a certificate for \(names.joined(separator: ", ")) can't be made") }
        // The key first: should the other fail, they are made anew at the next start.
        try SmallFile.write(keyPath, String(cString: key), mode: 0o600)
        try SmallFile.write(certificatePath, String(cString: certificate), mode: 0o644)
    }

    private static func isDotted(_ name: String) -> Bool {
        name.allSatisfy { $0.isNumber || $0 == "." }
    }
}
