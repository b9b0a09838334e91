/// A column of sealed secrets, and the name that its values are bound to.
package struct SealedColumn: Sendable, Hashable {
    package var table: String
    package var column: String
    /// Last part of the place: `subscribers/12/password`.
    package var what: String

    package static let all = [
        SealedColumn(table: "subscribers", column: "password_sealed", what: "password"),
        SealedColumn(table: "nas_devices", column: "secret_sealed", what: "secret"),
        SealedColumn(table: "nas_devices", column: "previous_secret_sealed", what: "previous_secret"),
        SealedColumn(table: "nas_devices", column: "api_password_sealed", what: "api_password"),
        SealedColumn(table: "operators", column: "totp_sealed", what: "totp"),
        SealedColumn(table: "webhooks", column: "secret_sealed", what: "secret"),
    ]

    package func place(_ id: Int) -> String { "\(table)/\(id)/\(what)" }
}

extension KeyFile {
    /// What `check` found.
    package struct Report: Sendable, Hashable {
        /// Values opened.
        package var opened = 0
        /// Sentences naming what does not open; the first hundred.
        package var problems: [String] = []
        /// How many values each key seals.
        package var uses: [UInt16: Int] = [:]
    }

    private static let batch = 5000

    /// Opens one value of each column, or all (`thorough`). For the start: a wrong key file is found before a login.
    package func check(_ connection: Connection, thorough: Bool = false) throws -> Report {
        var report = Report()
        for column in SealedColumn.all {
            try each(column, connection, most: thorough ? .max : 1) { rows in
                for row in rows {
                    do {
                        _ = try seal.open(row.bytes(1), for: column.place(row.int(0)))
                        report.opened += 1
                    } catch {
                        if report.problems.count < 100 { report.problems.append("\(error)") }
                    }
                    if let id = Seal.keyID(of: row.bytes(1)) { report.uses[id, default: 0] += 1 }
                }
            }
        }
        return report
    }

    /// Adds a key and seals every secret anew with it, all in one transaction. The file is written first: whatever
    /// happens after, it opens the old values and the new. A server that meets the new key id reads the file again.
    package func rotate(_ connection: Connection) throws -> (file: KeyFile, resealed: Int) {
        let next = try addingKey()
        var count = 0
        try connection.transaction {
            for column in SealedColumn.all {
                try each(column, connection, most: .max, lock: true) { rows in
                    count += try next.reseal(rows, column, connection)
                }
            }
        }
        return (next, count)
    }

    private func reseal(_ rows: Rows, _ column: SealedColumn, _ connection: Connection) throws(StoreError) -> Int {
        var ids: [Int64?] = []
        var values: [[UInt8]?] = []
        for row in rows where Seal.keyID(of: row.bytes(1)) != seal.current {
            let place = column.place(row.int(0))
            ids.append(Int64(row.int(0)))
            values.append(seal.seal(try seal.open(row.bytes(1), for: place), for: place))
        }
        if ids.isEmpty { return 0 }
        return try connection.query(
            """
            UPDATE \(column.table) t SET \(column.column) = n.value
            FROM unnest($1::bigint[], $2::bytea[]) AS n(id, value) WHERE t.id = n.id
            """, [.intArray(ids), .bytesArray(values)]
        ).affected
    }

    /// Rows (id, sealed value) in batches by id, up to `most`.
    private func each(
        _ column: SealedColumn, _ connection: Connection, most: Int, lock: Bool = false, _ body: (Rows) throws -> Void
    ) throws {
        var after = 0
        var left = most
        while left > 0 {
            let rows = try connection.query(
                """
                SELECT id, \(column.column) FROM \(column.table) WHERE id > $1 AND \(column.column) IS NOT NULL
                ORDER BY id LIMIT $2 \(lock ? "FOR UPDATE" : "")
                """, [.int(after), .int(min(left, Self.batch))], binary: true)
            guard let last = rows.last else { return }
            try body(rows)
            after = last.int(0)
            left -= rows.count
        }
    }
}

extension Connection {
    /// Ids for rows about to be inserted: a secret is sealed for its row, so the id is needed first.
    package func reserveIDs(_ table: String, _ count: Int) throws(StoreError) -> [Int] {
        try query(
            "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2::int)",
            [.text(table), .int(count)]
        ).map { $0.int(0) }
    }
}
