import Store

/// Random text that people read and type: without letters that look alike, in groups of six: `k7m2pw-…`.
enum ReadableSecret {
    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)

    /// 5 bits a letter.
    static func make(letters count: Int) -> String {
        // 32 letters: each byte gives 5 bits without bias.
        let text = Digest.random(count).enumerated().flatMap { index, byte in
            (index > 0 && index % 6 == 0 ? [UInt8(ascii: "-")] : []) + [letters[Int(byte & 31)]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// As it was made, however it was typed: capitals, blanks and dashes do not count.
    static func canonical(_ typed: String) -> String {
        String(decoding: typed.lowercased().utf8.filter { letters.contains($0) }, as: UTF8.self)
    }
}
