import AAA
import Dictionary
import PluginAPI
import RADIUS

/// `tollkeeper dictionary decode` and `encode`.
extension DictionaryCommand {
    private static let secret = Flag.value("secret", "SECRET", "shared secret, for encrypted attributes")
    private static let authenticator = Flag.value(
        "authenticator", "HEX", "the request's authenticator, 16 bytes in hex (the packet's own, or zeros)")

    static let decode = Verb(
        "decode",
        options: Options(
            "a packet or a list of attributes, given in hex, as text", positionals: ["HEX…"],
            flags: [file, secret, authenticator],
            notes: """
                HEX may have a leading 0x and spaces, colons or dashes between the bytes; several are joined.
                Encrypted values need --secret, and in a reply --authenticator of its request.
                Refused (1) when something could not be read; what could is printed all the same.
                """, takesConfiguration: false)
    ) { parsed, environment in
        guard let bytes = HexText.bytes(parsed.positionals.joined(separator: " ").utf8) else {
            throw CommandError.misused("this is not hex, or half a byte is left over")
        }
        let given = try authenticatorBytes(parsed)
        let report = PacketReport(bytes, dictionary: try load(parsed, environment), showsSecrets: true) { own in
            parsed.value("secret").map { text in
                SecretCipher(
                    secret: SharedSecret(text), authenticator: given ?? own.flatMap { Bytes16($0) } ?? Bytes16())
            }
        }
        environment.writeOutput(environment.isJSON ? report.json : report.text)
        return report.hasProblems ? ExitCode.refused : ExitCode.done
    }

    static let encode = Verb(
        "encode",
        options: Options(
            "a list of attributes as the bytes of a packet, in hex", positionals: ["LIST…"],
            flags: [
                file, secret, authenticator,
                .value(
                    "code", "CODE", "make a whole request, signed with --secret: Access-Request, Accounting-Request …"),
                .value("id", "N", "identifier of that request (0)"),
            ],
            notes: """
                LIST is 'Name = value, Name:tag = "a text", TLV = { Name = value }'. Numbers serve as names:
                Attr-26.14988.8 = 0x3130. A name that repeats makes another attribute.
                """, takesConfiguration: false)
    ) { parsed, environment in
        let dictionary = try load(parsed, environment)
        let identifier = UInt8(try parsed.integer("id", 0...255) ?? 0)
        let code = try parsed.value("code").map(requestCode)
        let secret = parsed.value("secret").map { SharedSecret($0) }
        let start = try authenticatorBytes(parsed) ?? (code == nil ? Bytes16() : .random())
        let cipher = secret.map { SecretCipher(secret: $0, authenticator: start) }
        let list = parsed.positionals.joined(separator: "\n")
        var bytes = try dictionary.encode(list: list, cipher: cipher)
        if let code {
            guard let secret else { throw CommandError.misused("--code needs --secret, to sign the packet") }
            var writer = RequestWriter(code, identifier: identifier, authenticator: start)
            writer.append(attributes: bytes)
            bytes = try writer.packet(secret: secret, signsMessage: code == .accessRequest || code == .statusServer)
        }
        let hex = HexText.text(bytes)
        environment.print(environment.isJSON ? "{\"hex\": \"\(hex)\", \"bytes\": \(bytes.count)}" : hex)
        return ExitCode.done
    }

    private static func authenticatorBytes(_ parsed: Parsed) throws -> Bytes16? {
        guard let text = parsed.value("authenticator") else { return nil }
        guard let bytes = HexText.bytes(text.utf8), let authenticator = Bytes16(bytes) else {
            throw CommandError.misused("--authenticator `\(text)` is not 16 bytes in hex")
        }
        return authenticator
    }

    private static func requestCode(_ text: String) throws -> PacketCode {
        let requests: [PacketCode] = [
            .accessRequest, .accountingRequest, .statusServer, .disconnectRequest, .coaRequest,
        ]
        if let code = requests.first(where: { "\($0)" == text || "\($0.rawValue)" == text }) { return code }
        let names = requests.map { "\($0)" }.joined(separator: ", ")
        throw CommandError.misused("--code `\(text)` is not a request", hint: "one of \(names)")
    }
}
