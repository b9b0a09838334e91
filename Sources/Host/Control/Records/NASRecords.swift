import Store

extension Records {
    /// Adds a NAS; the secret is sealed to its row. Returns its id.
    package func addNAS(
        _ name: String, secret: String, _ fields: Fields, replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil
    ) throws -> Int64 {
        try Records.check(secret: secret)
        return try insert(.nas, name: name, [("name", .text(name))] + fields) { id in
            try checkPack(id)
            try sealSecret(id, secret)
            try replaceAttributes(.nas, id, replies: replies, checks: checks)
            // It may stand in the inbox of unknown sources.
            try connection.query(
                "delete from nas_unknown u using nas_devices n where n.id = $1 and u.source <<= n.ip", [.int(id)])
        }
    }

    /// Changes a NAS. A new secret takes effect at once; with `keepsOldSecret` the old one is accepted beside it until
    /// the next change (rotation, C41).
    package func setNAS(
        _ name: String, secret: String?, keepsOldSecret: Bool, _ fields: Fields, replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil, unseal: (_ sealed: [UInt8], _ place: String) throws -> [UInt8]
    ) throws {
        let id = try id(.nas, named: name)
        try setNAS(
            id: id, name: name, secret: secret, keepsOldSecret: keepsOldSecret, fields, replies: replies,
            checks: checks, unseal: unseal)
    }

    package func setNAS(
        id: Int64, name: String, secret: String?, keepsOldSecret: Bool, _ fields: Fields,
        replies: [AttributeRecord]? = nil, checks: [AttributeRecord]? = nil,
        unseal: (_ sealed: [UInt8], _ place: String) throws -> [UInt8]
    ) throws {
        if let secret { try Records.check(secret: secret) }
        try update(.nas, id: id, name: name, fields) {
            if let secret {
                try keepsOldSecret ? keepSecret(id, unseal) : dropOldSecret(id)
                try sealSecret(id, secret)
            }
            if fields.contains(where: { $0.column == "pack" }) { try checkPack(id) }
            try replaceAttributes(.nas, id, replies: replies, checks: checks)
            // Whoever changes the policy has seen the alarm that it raised.
            if fields.contains(where: { $0.column == "message_authenticator" }) {
                try connection.query(
                    "update alarms set cleared_at = now() where subject = $1 and kind = $2 and cleared_at is null",
                    [.text(name), .text("latched-message-authenticator")])
            }
        }
    }

    package func removeNAS(_ name: String) throws {
        try retire(.nas, id: try id(.nas, named: name), name: name)
    }

    /// Rows 195 and C41: any text up to 100 characters; one that is too short to be safe is refused.
    private static func check(secret: String) throws {
        guard (6...100).contains(secret.unicodeScalars.count) else {
            throw RecordRefusal("a secret has 6 to 100 characters", hint: "32 random ones are a good secret")
        }
    }

    /// The router has the new secret: the old one is accepted no more.
    package func endRotation(id: Int64, name: String) throws {
        try update(.nas, id: id, name: name, []) { try dropOldSecret(id) }
    }

    /// Kept sealed beside the RADIUS secret; nil takes it away.
    package func setAPIPassword(id: Int64, _ password: String?) throws {
        let sealed = try password.map { try seal(Array($0.utf8), "nas_devices/\(id)/api_password") }
        try connection.query(
            "update nas_devices set api_password_sealed = $2 where id = $1", [.int(id), Parameter(sealed)])
    }

    /// A pack that the running plugin does not have would refuse every login. Before the first start nobody knows the
    /// packs.
    private func checkPack(_ id: Int64) throws {
        let packs = try connection.query(
            "select substr(id, 9) from dialects where id like 'generic/%' order by id"
        ).map { $0.text(0) }
        let given = try connection.query("select pack from nas_devices where id = $1", [.int(id)])
        guard let pack = given.first?.optionalText(0), !packs.isEmpty, !packs.contains(pack) else { return }
        throw RecordRefusal("there is no vendor pack `\(pack)`", hint: "there are \(packs.joined(separator: ", "))")
    }

    private func sealSecret(_ id: Int64, _ secret: String) throws {
        try connection.query(
            """
            update nas_devices set secret_sealed = $2, secret_changed_at = now(), secret_seen_at = null where id = $1
            """,
            [.int(id), .bytes(try seal(Array(secret.utf8), "nas_devices/\(id)/secret"))])
    }

    func dropOldSecret(_ id: Int64) throws {
        try connection.query(
            "update nas_devices set previous_secret_sealed = null, previous_secret_seen_at = null where id = $1",
            [.int(id)])
    }

    /// Sealed anew, since a sealed value is bound to its column.
    private func keepSecret(_ id: Int64, _ unseal: (_ sealed: [UInt8], _ place: String) throws -> [UInt8]) throws {
        let row = try connection.query("select secret_sealed from nas_devices where id = $1", [.int(id)]).first
        guard let sealed = row?.optionalBytes(0) else { return }
        let plain = try unseal(sealed, "nas_devices/\(id)/secret")
        try connection.query(
            """
            update nas_devices set previous_secret_sealed = $2, previous_secret_seen_at = secret_seen_at where id = $1
            """,
            [.int(id), .bytes(try seal(plain, "nas_devices/\(id)/previous_secret"))])
    }
}
