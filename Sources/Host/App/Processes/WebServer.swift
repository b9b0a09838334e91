import HTTP
import Log
import PluginAPI

/// The HTTP server of `control`, as it was configured.
enum WebServer {
    /// Throws what hinders plain HTTP. A certificate that can't be used hinders HTTPS alone, and is said in the log.
    static func start(
        _ orders: ProcessOrders, _ configuration: Configuration, _ router: Router, _ log: Log
    ) throws -> HTTPServer {
        var listeners = orders.sockets(for: .http).map { HTTPServer.Listener($0.descriptor) }
        let secure = orders.sockets(for: .https)
        if !secure.isEmpty {
            do {
                let files = try certificate(configuration)
                listeners += secure.map { HTTPServer.Listener($0.descriptor, certificate: files) }
            } catch {
                log.error(
                    "HTTPS is not answered: put the files right, then `tollkeeper reload`", [.reason: error])
            }
        }
        var settings = HTTPSettings(connections: 20_000)
        settings.proxies = TrustedProxies(configuration.trustedProxies)
        settings.tell = { tell($0, log) }
        return try HTTPServer(listeners, router: router, settings: settings)
    }

    static func tell(_ notice: HTTPNotice, _ log: Log) {
        switch notice {
        case .certificateReplaced(let path): log.info("a new certificate is in use", [.path: path])
        case .certificateRefused(let path, let reason):
            log.error("a new certificate is refused, the old one stays", [.path: path, .reason: reason])
        }
    }

    /// Throws `.refused` for files that can't be used, so that a reload leaves the old ones in use.
    static func checkCertificate(_ configuration: Configuration) throws {
        guard configuration.httpsPort != nil else { return }
        do {
            _ = try certificate(configuration)
        } catch {
            throw CommandError.refused("\(error)", hint: "put the files right; the old certificate stays until then")
        }
    }

    private static func certificate(_ configuration: Configuration) throws -> CertificateFiles {
        if let certificate = configuration.tlsCertificate, let key = configuration.tlsKey {
            return try CertificateFiles(certificate: certificate, key: key)
        }
        let listened = configuration.listen.filter { $0.high != 0 || $0.low != 0 }.map(\.description)
        var names = SelfSigned.hostNames
        for name in listened where !names.contains(name) { names.append(name) }
        return try SelfSigned.files(in: DataFolder(configuration.data).tls, names: names)
    }
}
