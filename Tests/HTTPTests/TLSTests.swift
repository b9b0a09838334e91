import Glibc
import Support
import Testing
import Threads

@testable import HTTP

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private let folder = ScratchFolder()

    private func files(_ name: String = "tls", names: [String] = ["localhost", "127.0.0.1"]) throws -> CertificateFiles
    {
        try SelfSigned.files(in: folder.path + "/" + name, names: names)
    }

    /// What a strict client says of the server: its answer, after the certificate was checked against a file.
    private func ask(_ port: UInt16, trusting file: String, name: String = "localhost") -> String {
        let command = """
            printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n' | timeout 8 openssl s_client -quiet \
            -connect 127.0.0.1:\(port) -CAfile \(file) -verify_return_error -verify_hostname \(name) 2>&1
            """
        guard let stream = popen(command, "r") else { return "" }
        defer { pclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ text: CertificateText, to files: CertificateFiles) throws {
        try SmallFile.write(files.keyPath, text.key, mode: 0o600)
        try SmallFile.write(files.certificatePath, text.certificate, mode: 0o644)
    }

    @Test func `what is no certificate with its key is refused, and says why`() throws {
        let (good, other) = (try files(), try files("other"))
        let path = folder.path + "/bad.pem"
        folder.write("no certificate", to: "bad.pem")
        let cases = [
            (path, good.keyPath, "not PEM"), (good.certificatePath, path, "not a PEM private key"),
            (good.certificatePath, other.keyPath, "not that of the certificate"),
            (folder.path + "/nothing", good.keyPath, "can't be read"),
        ]
        for (certificate, key, reason) in cases {
            let problem = #expect(throws: CertificateProblem.self) {
                try CertificateFiles(certificate: certificate, key: key)
            }
            #expect(problem?.description.contains(reason) == true)
        }
    }

    @Test func `a certificate of our own is made once, its key is nobody else's, and it names the host`() throws {
        let first = try files()
        #expect(try files().current == first.current)
        var status = stat()
        #expect(stat(first.keyPath, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let server = try RawServer([.get("/") { .text("secure \($0.isSecure)") }], certificate: first)
        #expect(ask(server.port, trusting: first.certificatePath).hasSuffix("secure true"))
        #expect(!ask(server.port, trusting: first.certificatePath, name: "example.org").contains("secure"))
        let other = try files("other")
        #expect(!ask(server.port, trusting: other.certificatePath).contains("secure"))
    }

    @Test func `a name that no certificate can hold is a problem in words`() throws {
        #expect(throws: CertificateProblem.self) { try files("odd", names: ["a,IP:nonsense"]) }
    }

    @Test func `a new certificate is used without a restart; a broken one is refused and the old goes on`() throws {
        let notices = Locked<[String]>([])
        var settings = HTTPSettings()
        settings.tell = { notice in
            notices.withLock { list in
                switch notice {
                case .certificateReplaced: list.append("replaced")
                case .certificateRefused(_, let reason): list.append(reason)
                }
            }
        }
        let (first, second) = (try files(), try files("second"))
        let old = folder.path + "/old.pem"
        folder.write(first.current.certificate, to: "old.pem")
        let server = try RawServer([.get("/") { _ in .text("hello") }], settings: settings, certificate: first)
        server.server.renewCertificates()
        #expect(notices.withLock { $0 } == [])

        let (certificate, key) = (first.certificatePath, first.keyPath)
        let broken = [
            ("half a certificate", first.current.key, "\(certificate): the certificate is not PEM"),
            (first.current.certificate, "half a key", "\(key): the key is not a PEM private key without a password"),
            (
                first.current.certificate, second.current.key,
                "\(key): the key is not that of the certificate \(certificate)"
            ),
        ]
        for (chain, own, reason) in broken {
            try write(CertificateText(certificate: chain, key: own), to: first)
            for _ in 0..<2 { server.server.renewCertificates() }
            // Said once, and which file is at fault.
            #expect(notices.withLock { $0.last } == reason)
            #expect(ask(server.port, trusting: old).hasSuffix("hello"))
        }
        unlink(key)
        server.server.renewCertificates()
        #expect(notices.withLock { $0.last } == "\(key) can't be read: No such file or directory")
        #expect(notices.withLock { $0.count } == broken.count + 1)
        #expect(ask(server.port, trusting: old).hasSuffix("hello"))

        try write(second.current, to: first)
        server.server.renewCertificates()
        #expect(notices.withLock { $0.last } == "replaced")
        #expect(ask(server.port, trusting: second.certificatePath).hasSuffix("hello"))
        #expect(!ask(server.port, trusting: old).contains("hello"))
    }

    @Test func `a certificate of our own is renewed before it ends; another's is not touched`() throws {
        let own = try files()
        let before = own.current
        #expect(try own.change(now: own.end - SelfSigned.renewalSeconds - 1) == nil)
        #expect(try own.change(now: own.end - SelfSigned.renewalSeconds + 1) != nil)
        #expect(try SmallFile.read(own.certificatePath) != before.certificate)
        let named = try CertificateFiles(certificate: own.certificatePath, key: own.keyPath)
        #expect(try named.change(now: named.end + 1) == nil)
    }

    @Test func `a new certificate that is no longer valid is refused`() throws {
        let (named, other) = (try files(), try files("other"))
        let plain = try CertificateFiles(certificate: named.certificatePath, key: named.keyPath)
        try write(other.current, to: plain)
        #expect(throws: CertificateProblem.self) { try plain.change(now: other.end + 1) }
    }

    @Test func `a client that never shakes hands is closed in time`() throws {
        let (clock, own) = (HandClock(), try files())
        let server = try RawServer([.get("/") { _ in .text("hello") }], settings: clock.settings, certificate: own)
        let (client, plain) = (RawClient(server.port), RawClient(server.port))
        plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        // In turn: who came before is known by then.
        #expect(ask(server.port, trusting: own.certificatePath).hasSuffix("hello"))
        clock.advance(.seconds(61))
        server.server.sweep()
        #expect(client.isClosed)
        #expect(plain.isClosed)
    }
}
