/// Hexadecimal digits of bytes.
enum Hex {
    /// Upper case, as MS-CHAP's messages are written (RFC 2759 section 5).
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes { text += [digit(byte >> 4), digit(byte & 15)] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The digit of 0…15, upper case.
    static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
}
