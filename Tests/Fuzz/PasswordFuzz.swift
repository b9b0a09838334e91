// Modules: PluginAPI Threads RADIUS
// Seeds: exchanges.txt
import PluginAPI
import RADIUS

private let secret = SharedSecret("xyzzy5461")
private let credentials: [Credential] = [
    .cleartext(Array("arctangent".utf8)), .cleartext([]), .ntHash(Bytes16()), .md5(Bytes16()),
    .sha([UInt8](repeating: 0, count: 20)), .ssha([UInt8](repeating: 0, count: 20), salt: [1]), .sha([]), .none,
]

/// Whatever the bytes: every method comes to a verdict with every credential, and what it asks for can be written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    _ = HiddenValue.reveal(bytes, secret: secret, authenticator: Bytes16())
    _ = HiddenValue.revealSalted(bytes, secret: secret, authenticator: Bytes16())
    _ = NTHash.of(bytes)
    guard let view = try? PacketView(bytes) else { return 0 }
    for credential in credentials {
        credential.withView { credential in
            let check = PasswordCheck(view, secret: secret, credential: credential)
            write(check.verdict(), to: view)
            for method in PasswordMethod.allCases { write(check.verdict(by: method), to: view) }
        }
    }
    _ = MSCHAPError(refusing: view, code: .accountDisabled)?.message
    return 0
}

private func write(_ verdict: PasswordVerdict, to view: PacketView) {
    withUnsafeTemporaryAllocation(byteCount: PacketView.maximumLength, alignment: 8) { room in
        guard var writer = try? ReplyWriter(.accessReject, to: view, into: room) else { return }
        switch verdict {
        case .accepted(let proof): try? proof.append(to: &writer, secret: secret)
        case .wrong(let refusal): try? refusal.append(to: &writer)
        case .cannotServe, .malformed: break
        }
        let length = writer.sign(with: secret)
        precondition((try? PacketView(UnsafeRawBufferPointer(rebasing: room[..<length]))) != nil, "a malformed reply")
    }
}
