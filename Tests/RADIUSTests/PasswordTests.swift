import PluginAPI
import Testing

@testable import RADIUS

/// A login as a client makes it, checked.
func verdict(
    user: String = "kim@example.net", typed: String, method: PasswordMethod, credential: Credential,
    secret: SharedSecret = SharedSecret("s"), seenBy: SharedSecret? = nil, renamed: String? = nil
) throws -> PasswordVerdict {
    var request = RequestWriter(.accessRequest)
    request.appendLogin(user: user, password: typed, method: method, secret: secret)
    var packet = try request.packet(secret: secret)
    if let renamed {
        // As a NAS does that puts a realm behind the name after the peer has answered.
        let old = Array(user.utf8)
        packet.replaceSubrange(38..<(40 + old.count), with: [1, UInt8(renamed.utf8.count + 2)] + Array(renamed.utf8))
        packet[2] = UInt8(packet.count >> 8)
        packet[3] = UInt8(truncatingIfNeeded: packet.count)
    }
    return try withView(packet) { view in
        #expect(PasswordMethod(of: view) == method)
        return PasswordCheck.verdict(view, secret: seenBy ?? secret, credential: credential)
    }
}

extension PasswordVerdict {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isWrong: Bool { if case .wrong = self { true } else { false } }
}

@Suite struct PasswordTests {
    static let passwords = [
        "a", "clientPass", "p\u{E4}ssw\u{F6}rd", "\u{1F511}\u{1F511}", "exactly 16 bytes", "exactly 17 bytes.",
        String(repeating: "x", count: 127), String(repeating: "y", count: 128),
    ]

    @Test(arguments: [PasswordMethod.pap, .chap, .msCHAPv1, .msCHAPv2], passwords)
    func `the right password is accepted and a wrong one is not, by every method`(
        method: PasswordMethod, password: String
    ) throws {
        let credential = Credential.cleartext(Array(password.utf8))
        #expect(try verdict(typed: password, method: method, credential: credential).isAccepted)
        for wrong in [password + "x", "X" + password.dropFirst(), String(password.dropLast())]
        where wrong.utf8.count <= 128 {
            #expect(try verdict(typed: wrong, method: method, credential: credential).isWrong)
        }
    }

    @Test(arguments: vectors("credentials.txt"))
    func `a password is checked against each kind of credential`(row: [String]) throws {
        let kept = hex(row[2])
        let credential: Credential =
            switch row[0] {
            case "nt": .ntHash(Bytes16(kept)!)
            case "crypt": .crypt(row[2])
            case "md5": .md5(Bytes16(kept)!)
            case "sha": .sha(kept)
            default: .ssha(Array(kept[..<20]), salt: Array(kept[20...]))
            }
        let password = String(decoding: hex(row[1]), as: UTF8.self)
        let methods: [PasswordMethod] = row[0] == "nt" ? [.pap, .msCHAPv1, .msCHAPv2] : [.pap]
        for method in methods {
            #expect(try verdict(typed: password, method: method, credential: credential).isAccepted)
            #expect(try verdict(typed: password + "1", method: method, credential: credential).isWrong)
        }
        for method in [PasswordMethod.chap, .msCHAPv2] where !credential.canServe(method) {
            #expect(
                try verdict(typed: password, method: method, credential: credential)
                    == .cannotServe(.credential(kind: credential.kind, method: method)))
        }
    }

    @Test func `the NT hash is MD4 of the password in UTF-16LE (RFC 2759 9.2)`() {
        for row in vectors("credentials.txt") where row[0] == "nt" {
            #expect(NTHash.of(hex(row[1])) == block(row[2]))
        }
        #expect(NTHash.of([0xFF, 0xFE]) == nil)
        #expect(NTHash.of([UInt8](repeating: 97, count: 256)) != nil)
        #expect(NTHash.of([UInt8](repeating: 97, count: 257)) == nil)
    }

    @Test func `the passwords of RFC 2865 7.1 and 7.2 are accepted under the RFC's secret`() throws {
        for (title, method) in [("RFC 2865 7.1", PasswordMethod.pap), ("RFC 2865 7.2", .chap)] {
            let exchange = Exchange.named(title)
            try withView(exchange.request) { view in
                #expect(PasswordMethod(of: view) == method)
                let check = { (password: String) in
                    PasswordCheck.verdict(view, secret: exchange.secret, credential: .cleartext(Array(password.utf8)))
                }
                #expect(check("arctangent") == .accepted(.none))
                #expect(check("cotangent").isWrong)
            }
        }
    }

    @Test func `a PAP password under another secret is unreadable, not merely wrong`() throws {
        let verdict = try verdict(
            typed: "a password of some length", method: .pap, credential: .cleartext([1]),
            secret: SharedSecret("theirs"),
            seenBy: SharedSecret("ours"))
        // Thirty-two random bytes are UTF-8 with a chance of less than one in a million.
        #expect(verdict == .wrong(.unreadable))
    }

    @Test func `an empty password matches only an empty one`() throws {
        #expect(try verdict(typed: "", method: .pap, credential: .cleartext([])).isAccepted)
        #expect(try verdict(typed: "", method: .pap, credential: .cleartext([97])).isWrong)
        #expect(
            try verdict(typed: "", method: .pap, credential: .none)
                == .cannotServe(
                    .credential(kind: "none", method: .pap)))
    }

    @Test func `a broken crypt setting never matches`() throws {
        for setting in ["", "*", "*0", "$", "$99$abc", "!", "a"] {
            #expect(try verdict(typed: "x", method: .pap, credential: .crypt(setting)).isWrong)
        }
    }

    static let malformed: [(UInt32, UInt8, Int, PasswordFault)] = [
        (0, 2, 0, .userPasswordLength), (0, 2, 15, .userPasswordLength), (0, 2, 144, .userPasswordLength),
        (0, 3, 16, .chapPasswordLength), (0, 3, 18, .chapPasswordLength), (0, 3, 0, .chapPasswordLength),
        (311, 1, 49, .msCHAPResponseLength), (311, 1, 51, .msCHAPResponseLength), (311, 1, 50, .msCHAPChallenge),
        (311, 25, 0, .msCHAPResponseLength), (311, 25, 49, .msCHAPResponseLength), (311, 25, 50, .msCHAPChallenge),
    ]

    @Test(arguments: malformed)
    func `a password attribute of another length than its RFC's is malformed`(
        vendor: UInt32, number: UInt8, length: Int, fault: PasswordFault
    ) throws {
        var request = RequestWriter(.accessRequest)
        request.append(1, "kim")
        let value = [UInt8](repeating: 1, count: length)
        if vendor == 0 { request.append(number, value) } else { request.append(vendor: vendor, number, value) }
        let packet = try request.packet(secret: SharedSecret("s"))
        try withView(packet) { view in
            let verdict = PasswordCheck.verdict(view, secret: SharedSecret("s"), credential: .cleartext([97]))
            #expect(verdict == .malformed(fault))
        }
    }

    @Test func `a request without any password is said to have none`() throws {
        #expect(try verdict(typed: "", method: .none, credential: .cleartext([97])) == .cannotServe(.noPassword))
    }

    @Test func `a request with EAP-Message is told that EAP is not served`() throws {
        var request = RequestWriter(.accessRequest)
        request.append(79, [2, 0, 0, 5, 1])
        let packet = try request.packet(secret: SharedSecret("s"))
        try withView(packet) { view in
            let verdict = PasswordCheck.verdict(view, secret: SharedSecret("s"), credential: .cleartext([97]))
            #expect(verdict == .cannotServe(.eap))
        }
    }

    @Test func `a LAN Manager response alone is not served (RFC 2548 2.1.3)`() throws {
        var request = RequestWriter(.accessRequest)
        request.append(vendor: 311, 11, [1, 2, 3, 4, 5, 6, 7, 8])
        request.append(vendor: 311, 1, [UInt8](repeating: 0, count: 50))
        let packet = try request.packet(secret: SharedSecret("s"))
        try withView(packet) { view in
            let verdict = PasswordCheck.verdict(view, secret: SharedSecret("s"), credential: .cleartext([97]))
            #expect(verdict == .cannotServe(.lanManagerOnly))
        }
    }

    @Test func `CHAP without CHAP-Challenge takes the Request Authenticator (RFC 2865 5.3)`() throws {
        var request = RequestWriter(.accessRequest)
        let password = Array("pw".utf8)
        let response = request.authenticator.withUnsafeBytes {
            CHAP.response(identifier: 5, password: password, challenge: $0)
        }
        request.append(3, [5] + response.bytes)
        let packet = try request.packet(secret: SharedSecret("s"))
        try withView(packet) { view in
            let verdict = PasswordCheck.verdict(view, secret: SharedSecret("s"), credential: .cleartext(password))
            #expect(verdict == .accepted(.none))
        }
    }
}
