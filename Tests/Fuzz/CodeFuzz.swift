// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
@testable import Control

private let secret = Array("12345678901234567890".utf8)

/// Whatever is typed in place of a code: it is no code, or one of those of this moment, and each only once. A secret's
/// text has its bytes in it, and a recovery code is found however it is typed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    let typed = String(decoding: bytes, as: UTF8.self)
    let now = bytes.prefix(5).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    let codes = (-1...1).map { now / 30 + $0 }.filter { $0 >= 0 }.map { TOTP.code(secret, counter: UInt64($0)) }
    for text in [typed, " " + (codes.last ?? "") + typed, (codes.first ?? "").map { "\($0) " }.joined()] {
        guard let step = TOTP.step(of: text, secret, unixSeconds: now, after: nil) else { continue }
        precondition(codes.contains(text.filter { $0 != " " }), "no code of this moment")
        precondition(abs(step - now / 30) <= 1, "a step far away")
        let again = TOTP.step(of: text, secret, unixSeconds: now, after: step)
        precondition(again == nil || again ?? 0 > step, "the same step twice")
    }
    let base32 = Base32.text(bytes)
    precondition(read(base32) == bytes, "other bytes")
    precondition(TOTP.uri(bytes, account: typed, issuer: typed).utf8.allSatisfy { (33...126).contains($0) }, "no URI")
    let canonical = ReadableSecret.canonical(typed)
    precondition(ReadableSecret.canonical(canonical) == canonical, "two forms of one code")
    precondition(ReadableSecret.canonical(typed.uppercased().map { "\($0) - " }.joined()).utf8.count >= 0)
    _ = PasswordRules.self
    return 0
}

/// As apps read it.
private func read(_ text: String) -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var (bits, count): (UInt32, Int) = (0, 0)
    var bytes: [UInt8] = []
    for letter in text.utf8 {
        bits = bits << 5 | UInt32(letters.firstIndex(of: letter) ?? 0)
        count += 5
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    return bytes
}
