package import Store

/// Changes to the operator's records, each with its audit row in one transaction. The command line and the API call the
/// same functions.
package struct Records {
    package typealias Sealer = (_ plain: [UInt8], _ place: String) throws -> [UInt8]

    package let connection: Connection
    let actor: Actor
    let seal: Sealer

    package init(_ connection: Connection, actor: Actor, seal: @escaping Sealer) {
        self.connection = connection
        self.actor = actor
        self.seal = seal
    }

    /// Column and value.
    package typealias Fields = [(column: String, value: Parameter)]

    /// Inserts a row; `then` adds what hangs on it. Returns its id.
    func insert(_ kind: RecordKindOf, name: String, _ fields: Fields, then: (Int64) throws -> Void = { _ in }) throws
        -> Int64
    {
        try refusing(kind, name) {
            try connection.transaction { () throws -> Int64 in
                let names = fields.map(\.column).joined(separator: ", ")
                let places = fields.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
                let rows = try connection.query(
                    "insert into \(kind.table) (\(names)) values (\(places)) returning id", fields.map(\.value))
                guard let id = rows.first.map({ Int64($0.int(0)) }) else { throw RecordRefusal("nothing was added") }
                try then(id)
                try audit(kind, "add", id, name, before: nil)
                return id
            }
        }
    }

    /// Updates a row; `then` changes what hangs on it.
    func update(_ kind: RecordKindOf, id: Int64, name: String, _ fields: Fields, then: () throws -> Void = {}) throws {
        try refusing(kind, name) {
            try connection.transaction { () throws in
                let before = try image(kind, id)
                if !fields.isEmpty {
                    let sets = fields.enumerated().map { "\($1.column) = $\($0 + 2)" }.joined(separator: ", ")
                    try connection.query(
                        "update \(kind.table) set \(sets) where id = $1", [.int(id)] + fields.map(\.value))
                }
                try then()
                try audit(kind, "set", id, name, before: before)
            }
        }
    }

    /// Takes a row out of use; its history stays.
    func retire(_ kind: RecordKindOf, id: Int64, name: String) throws {
        try refusing(kind, name) {
            try connection.transaction { () throws in
                let before = try image(kind, id)
                try connection.query(
                    "update \(kind.table) set \(kind.retiredColumn) = now() where id = $1", [.int(id)])
                try audit(kind, "remove", id, name, before: before)
            }
        }
    }

    /// The id behind a name; throws a refusal that says there is none.
    package func id(_ kind: RecordKindOf, named name: String) throws -> Int64 {
        let rows = try connection.query(
            "select id from \(kind.table) where \(kind.nameColumn) = $1 and \(kind.retiredColumn) is null",
            [.text(name)])
        guard let row = rows.first else {
            throw RecordRefusal(
                "there is no \(kind.word) `\(name)`", hint: "see `tollkeeper \(kind.noun) list`", code: "not_found")
        }
        return Int64(row.int(0))
    }

    /// The name behind an id.
    func name(of kind: RecordKindOf, _ id: Int64) throws -> String {
        let rows = try connection.query("select \(kind.nameColumn) from \(kind.table) where id = $1", [.int(id)])
        guard let row = rows.first else { throw RecordRefusal("there is no \(kind.word) \(id)", code: "not_found") }
        return row.text(0)
    }

    /// The row as JSON text, for the audit log, which takes its secrets out; nil when it is gone.
    func image(_ kind: RecordKindOf, _ id: Int64) throws -> String? {
        try connection.query("select to_jsonb(r)::text from \(kind.table) r where id = $1", [.int(id)])
            .first?.optionalText(0)
    }

    /// Notes a change that was made by SQL of its own.
    func audited(_ kind: RecordKindOf, _ action: String, _ id: Int64, _ name: String) throws {
        try audit(kind, action, id, name, before: nil)
    }

    private func audit(_ kind: RecordKindOf, _ action: String, _ id: Int64, _ name: String, before: String?) throws {
        try Audit.write(
            connection, actor, action: action, kind: kind.noun, id: id, name: name, before: before,
            after: try image(kind, id))
    }

    /// Says a conflict in the record's own words.
    private func refusing<Value>(_ kind: RecordKindOf, _ name: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as StoreError where error.kind == .conflict {
            throw kind.refusal(of: error, name: name)
        }
    }
}

/// Why a change was not made, what to do about it, and a code for scripts.
package struct RecordRefusal: Error, Sendable {
    package let message: String
    package let hint: String?
    package let code: String

    package init(_ message: String, hint: String? = nil, code: String = "refused") {
        self.message = message
        self.hint = hint
        self.code = code
    }
}
