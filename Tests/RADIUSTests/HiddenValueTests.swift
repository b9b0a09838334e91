import Testing

@testable import RADIUS

@Suite struct HiddenValueTests {
    @Test(arguments: vectors("hidden.txt"))
    func `each hidden value of the vectors is made and revealed`(row: [String]) throws {
        let secret = SharedSecret(row[2])
        let authenticator = block(row[3])
        let clear = hex(row[4])
        let hidden = hex(row[5])
        switch row[1] {
        case "1":
            #expect(HiddenValue.hide(clear, secret: secret, authenticator: authenticator) == hidden)
            #expect(
                hidden.withUnsafeBytes { HiddenValue.reveal($0, secret: secret, authenticator: authenticator) }
                    == clear)
        case "2":
            let salt = UInt16(hidden[0]) << 8 | UInt16(hidden[1])
            #expect(
                HiddenValue.hideSalted(clear, salt: salt, secret: secret, authenticator: authenticator) == hidden)
            #expect(
                hidden.withUnsafeBytes { HiddenValue.revealSalted($0, secret: secret, authenticator: authenticator) }
                    == clear)
        default:
            #expect(HiddenValue.ascend(clear, secret: secret, authenticator: authenticator) == hidden)
            let back = HiddenValue.ascend(hidden, secret: secret, authenticator: authenticator)
            #expect(Array(back.prefix(clear.count)) == clear)
        }
    }

    @Test func `a User-Password not of 1 to 8 whole blocks is not revealed (RFC 2865 5.2)`() {
        for count in [0, 1, 15, 17, 127, 129, 144, 253] {
            let hidden = [UInt8](repeating: 9, count: count)
            #expect(
                hidden.withUnsafeBytes {
                    HiddenValue.reveal($0, secret: SharedSecret("s"), authenticator: Bytes16())
                } == nil)
        }
    }

    @Test func `a salted value whose length byte does not fit is not revealed (RFC 2868 3.5)`() {
        let secret = SharedSecret("s")
        var refused = 0
        for salt in UInt16(0x8000)...0x8100 {
            let hidden = [UInt8(salt >> 8), UInt8(truncatingIfNeeded: salt)] + [UInt8](repeating: 1, count: 16)
            let clear = hidden.withUnsafeBytes {
                HiddenValue.revealSalted($0, secret: secret, authenticator: Bytes16())
            }
            if clear == nil { refused += 1 } else { #expect(clear!.count < 16) }
        }
        #expect(refused > 200)
        for count in [0, 1, 2, 17, 19, 33] {
            let hidden = [UInt8](repeating: 1, count: count)
            #expect(
                hidden.withUnsafeBytes {
                    HiddenValue.revealSalted($0, secret: secret, authenticator: Bytes16())
                } == nil)
        }
    }

    @Test func `whatever is hidden comes back, of any length`() {
        let secret = SharedSecret(Random.bytes(20))
        for count in 0...239 {
            let authenticator = Bytes16.random()
            let clear = Random.bytes(count)
            let salt = UInt16(truncatingIfNeeded: Random.word())
            let hidden = HiddenValue.hideSalted(clear, salt: salt, secret: secret, authenticator: authenticator)
            #expect(hidden[0] & 0x80 == 0x80)
            #expect(
                hidden.withUnsafeBytes { HiddenValue.revealSalted($0, secret: secret, authenticator: authenticator) }
                    == clear)
        }
    }
}
