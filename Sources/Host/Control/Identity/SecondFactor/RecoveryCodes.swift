import Store

/// Ten codes in place of a second factor, each once: for the day the telephone is gone.
struct RecoveryCodes {
    static let count = 10
    /// 80 bits: no need to hash them slowly.
    private static let letters = 16
    let connection: Connection

    /// Makes new ones in place of all there were.
    func replace(of operatorID: Int64) throws -> [String] {
        let codes = (0..<RecoveryCodes.count).map { _ in ReadableSecret.make(letters: RecoveryCodes.letters) }
        try connection.query("delete from recovery_codes where operator_id = $1", [.int(operatorID)])
        try connection.query(
            "insert into recovery_codes (operator_id, code_hash) select $1, h from unnest($2::bytea[]) h",
            [.int(operatorID), .bytesArray(codes.map(RecoveryCodes.hash))])
        return codes
    }

    /// Uses one up; gives how many are left, nil when it is none. Two sign-ins with one code at a time: one of them
    /// finds it used.
    func take(_ code: String, of operatorID: Int64, now: Int64) throws -> Int? {
        let used = try connection.query(
            """
            update recovery_codes set used_at = $3 where operator_id = $1 and code_hash = $2 and used_at is null
            returning id
            """, [.int(operatorID), .bytes(RecoveryCodes.hash(code)), .timestamp(now)])
        return used.isEmpty ? nil : try left(of: operatorID)
    }

    func left(of operatorID: Int64) throws -> Int {
        try connection.query(
            "select count(*) from recovery_codes where operator_id = $1 and used_at is null", [.int(operatorID)]
        ).first?.int(0) ?? 0
    }

    private static func hash(_ code: String) -> [UInt8] {
        Digest.sha256(Array(ReadableSecret.canonical(code).utf8))
    }
}
