package import Store

/// The first operator, made once: with a password that is shown once and must be changed.
package enum FirstAdministrator {
    package static let username = "admin"

    /// The password when the operator was made now; nil when there are operators already.
    package static func make(_ connection: Connection) throws -> String? {
        guard try connection.query("select exists (select from operators)").first?.bool(0) == false else { return nil }
        let password = readable(bytes: 15)
        let added = try connection.query(
            """
            insert into operators (username, full_name, password_scrypt, must_change) values ($1, $2, $3, true)
            on conflict do nothing returning id
            """, [.text(username), "First administrator", .text(Scrypt.hash(password))])
        return added.isEmpty ? nil : password
    }

    /// Random, without letters that look alike, in groups: `k7m2p-…`. 5 bits a letter.
    private static func readable(bytes count: Int) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        var text = ""
        for index in 0..<(count * 8 / 5) {
            if index > 0, index % 6 == 0 { text += "-" }
            text.append(letters[Int.random(in: 0..<letters.count, using: &generator)])
        }
        return text
    }
}
