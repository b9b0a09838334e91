/// Secrets that are made here: 32 random bytes in an alphabet that every router takes (C41).
enum SecretMaker {
    static func make() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        var generator = SystemRandomNumberGenerator()
        // 43 of 56 letters: 249 bits.
        return String((0..<43).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }
}
