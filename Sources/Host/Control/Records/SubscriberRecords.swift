import Store

extension Records {
    /// Adds a subscriber; the password is sealed to its row. Returns its id.
    package func addSubscriber(
        _ username: String, password: SubscriberPassword?, _ fields: Fields, replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil
    ) throws -> Int64 {
        try insert(.subscriber, name: username, [("username", .text(username))] + fields) { id in
            if let password { try setPassword(id, password) }
            try replaceAttributes(.subscriber, id, replies: replies, checks: checks)
        }
    }

    package func setSubscriber(
        _ username: String, password: SubscriberPassword?, _ fields: Fields, replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil
    ) throws {
        try setSubscriber(
            id: try id(.subscriber, named: username), name: username, password: password, fields, replies: replies,
            checks: checks)
    }

    package func setSubscriber(
        id: Int64, name username: String, password: SubscriberPassword?, dropsPassword: Bool = false, _ fields: Fields,
        replies: [AttributeRecord]? = nil, checks: [AttributeRecord]? = nil
    ) throws {
        try update(.subscriber, id: id, name: username, fields) {
            if let password { try setPassword(id, password) }
            if dropsPassword {
                try connection.query("update subscribers set password_sealed = null where id = $1", [.int(id)])
            }
            try replaceAttributes(.subscriber, id, replies: replies, checks: checks)
        }
    }

    /// A password in clear, noted in the audit log. Throws a refusal when it is kept as a hash, or not at all.
    func revealPassword(_ id: Int64, open: (_ sealed: [UInt8], _ place: String) throws -> [UInt8]) throws -> String {
        let row = try connection.query(
            "select username, password_sealed, password_kind from subscribers where id = $1", [.int(id)]
        ).first
        guard let row, let sealed = row.optionalBytes(1), row.text(2) == "cleartext" else {
            throw RecordRefusal("the password is kept as a hash or not at all", code: "no_cleartext")
        }
        let plain = try open(sealed, "subscribers/\(id)/password")
        try audited(.subscriber, "reveal-password", id, row.text(0))
        return String(decoding: plain, as: UTF8.self)
    }

    package func removeSubscriber(_ username: String) throws {
        try retire(.subscriber, id: try id(.subscriber, named: username), name: username)
    }

    private func setPassword(_ id: Int64, _ password: SubscriberPassword) throws {
        try connection.query(
            "update subscribers set password_sealed = $2, password_kind = $3 where id = $1",
            [.int(id), .bytes(try seal(password.bytes, "subscribers/\(id)/password")), .text(password.kind)])
        try Identity.endCustomerSessions(connection, id)
    }
}
