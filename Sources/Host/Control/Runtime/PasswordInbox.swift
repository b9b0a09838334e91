package import Store

/// Passwords and NAS secrets that came in clear through the FreeRADIUS views: sealed and deleted as soon as the change
/// feed tells of them.
package struct PasswordInbox: Sendable {
    package static let topic = "freeradius_password_inbox"

    private let seal: @Sendable (_ plain: [UInt8], _ place: String) throws -> [UInt8]
    private let log: @Sendable (String) -> Void

    package init(
        seal: @escaping @Sendable (_ plain: [UInt8], _ place: String) throws -> [UInt8],
        log: @escaping @Sendable (String) -> Void
    ) {
        self.seal = seal
        self.log = log
    }

    /// Seals what is there, in order of arrival. A value that is none of its kind is deleted too, and said.
    package func empty(_ connection: Connection) throws {
        try connection.transaction { () throws in
            let rows = try connection.query(
                "delete from freeradius_password_inbox returning id, object_kind, object_id, attribute, value")
            for row in rows.sorted(by: { $0.int("id") < $1.int("id") }) {
                let id = Int64(row.int("object_id"))
                do {
                    if row.text("object_kind") == "nas" {
                        try sealSecret(connection, id, row.text("value"))
                    } else {
                        try sealPassword(connection, id, row.text("attribute"), row.text("value"))
                    }
                } catch let refusal as RecordRefusal {
                    log(
                        "\(row.text("attribute")) of \(row.text("object_kind")) \(id) was not taken: \(refusal.message)"
                    )
                }
            }
        }
    }

    /// Secrets that other provisioning gave out may be short, but an empty one would let everybody in.
    private func sealSecret(_ connection: Connection, _ id: Int64, _ secret: String) throws {
        guard !secret.isEmpty else { throw RecordRefusal("an empty secret is none") }
        try connection.query(
            "update nas_devices set secret_sealed = $2 where id = $1",
            [.int(id), .bytes(try seal(Array(secret.utf8), "nas_devices/\(id)/secret"))])
    }

    private func sealPassword(_ connection: Connection, _ id: Int64, _ attribute: String, _ value: String) throws {
        let password = try SubscriberPassword(value, kind: PasswordInbox.kind(of: attribute))
        try connection.query(
            "update subscribers set password_sealed = $2, password_kind = $3 where id = $1",
            [.int(id), .bytes(try seal(password.bytes, "subscribers/\(id)/password")), .text(password.kind)])
        try Identity.endCustomerSessions(connection, id)
    }

    /// FreeRADIUS' names of the check items.
    private static func kind(of attribute: String) throws -> String {
        switch attribute.lowercased() {
        case "cleartext-password", "user-password", "password": "cleartext"
        case "nt-password": "nt"
        case "crypt-password": "crypt"
        case "md5-password": "md5"
        case "sha-password", "sha1-password": "sha"
        case "ssha-password", "ssha1-password": "ssha"
        default: throw RecordRefusal("there is no way to keep a \(attribute)")
        }
    }
}
