/// What a password of an operator must be.
package enum PasswordRules {
    package static let shortest = 12
    /// In bytes: scrypt takes any, but nobody has to be made to hash a book.
    package static let longest = 512

    /// Whether it can be one at all. HMAC, of which scrypt is made, takes zero bytes at the end for none.
    static func fits(_ password: String) -> Bool {
        password.utf8.count <= longest && !password.utf8.contains(0)
    }

    /// What is wrong with it; nil when it will do.
    package static func fault(_ password: String, username: String) -> String? {
        if password.count < shortest { return "a password has \(shortest) characters at least" }
        if password.utf8.count > longest { return "a password has \(longest) bytes at most" }
        if password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "a password has no control characters"
        }
        let plain = letters(password)
        let name = letters(username)
        if !name.isEmpty, plain == name || (name.count >= 4 && plain.hasPrefix(name) && plain.count < name.count + 6) {
            return "the password is the user name, or begins with it and has little else"
        }
        if Set(password).count < 5 { return "the password has too few different characters" }
        if common.contains(where: { plain == $0 || repeats(plain, $0) }) {
            return "that is one of the passwords that are tried first"
        }
        if isRow(plain) { return "the password is letters or digits in a row" }
        return nil
    }

    /// Throws a refusal that says what is wrong.
    package static func check(_ password: String, username: String) throws {
        guard let fault = fault(password, username: username) else { return }
        throw RecordRefusal(fault, hint: "four words that do not belong together are a good one", code: "weak_password")
    }

    private static func letters(_ text: String) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// `adminadminadmin`, with at most four characters behind.
    private static func repeats(_ text: String, _ word: String) -> Bool {
        var rest = text[...]
        while rest.hasPrefix(word) { rest = rest.dropFirst(word.count) }
        return rest.count < text.count && rest.count <= 4
    }

    /// `abcdefghijkl`, `987654321098`.
    private static func isRow(_ text: String) -> Bool {
        let values = text.unicodeScalars.map { Int($0.value) }
        guard values.count > 1 else { return false }
        let steps = zip(values, values.dropFirst()).map { $1 - $0 }
        return steps.filter { $0 == 1 }.count >= steps.count - 1 || steps.filter { $0 == -1 }.count >= steps.count - 1
    }

    /// Words that make most of the long ones among the passwords tried first.
    private static let common = [
        "password", "passw0rd", "passwort", "administrator", "admin", "welcome", "qwerty", "qwertyuiop", "asdfghjkl",
        "letmein", "iloveyou", "changeme", "secret", "tollkeeper", "mikrotik", "radius", "test", "testing", "1q2w3e4r",
        "1qaz2wsx", "correcthorsebatterystaple", "12345", "123456", "12345678", "123456789", "1234567890", "000000",
    ]
}
