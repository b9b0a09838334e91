import Store

/// A password to be typed once and changed.
enum OneTimePassword {
    /// Letters and digits that are not taken for each other; 32 of them, so that every byte has its share.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789A")

    /// Four groups of five characters: 100 random bits.
    static func make() -> String {
        let characters = Digest.random(20).map { alphabet[Int($0 & 31)] }
        return stride(from: 0, to: 20, by: 5).map { String(characters[$0..<$0 + 5]) }.joined(separator: "-")
    }
}
