import HTTP
import Log
import Support
import Testing
import Threads

@testable import App

/// What an operator is told of a certificate that can't be used.
@Suite struct WebServerTests {
    private let folder = ScratchFolder()

    private func configuration() throws -> Configuration {
        let environment = Environment(
            variables: ["HOME": folder.path], executable: "", writeOutput: { _ in }, writeError: { _ in })
        let flags = [
            "--https-port", "8443", "--data", folder.path + "/data", "--tls-certificate", folder.path + "/chain.pem",
            "--tls-key", folder.path + "/key.pem",
        ]
        return try Configuration(Options("test").parse(flags), environment)
    }

    @Test func `a reload with files that are no certificate is refused, naming the file`() throws {
        let found = try configuration()
        for (certificate, text) in [
            (nil, "chain.pem can't be read: No such file"), ("half", "chain.pem: the certificate is not PEM"),
        ] {
            if let certificate { folder.write(certificate, to: "chain.pem") }
            folder.write("half", to: "key.pem")
            let refusal = #expect(throws: CommandError.self) { try WebServer.checkCertificate(found) }
            #expect(refusal?.message.contains("\(folder.path)/\(text)") == true)
            #expect(refusal?.hint?.contains("the old certificate stays") == true)
            #expect(refusal?.exitCode == ExitCode.refused)
        }
        var off = found
        off.httpsChoice = .off
        try WebServer.checkCertificate(off)
    }

    @Test func `the log says that the old certificate stays, and what is wrong with which file`() {
        let lines = Locked<[String]>([])
        let log = Log(part: "control", write: { line in lines.withLock { $0.append(line) } })
        WebServer.tell(.certificateRefused("/c.pem", "/k.pem: the key is not that of the certificate /c.pem"), log)
        WebServer.tell(.certificateReplaced("/c.pem"), log)
        let written = lines.withLock { $0 }
        let expected = [
            " error control a new certificate is refused, the old one stays path=/c.pem "
                + "reason=\"/k.pem: the key is not that of the certificate /c.pem\"\n",
            " info control a new certificate is in use path=/c.pem\n",
        ]
        #expect(written.count == 2)
        for (line, end) in zip(written, expected) { #expect(line.hasSuffix(end)) }
    }
}
