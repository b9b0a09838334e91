import Dictionary
import HTTP
import PluginAPI
import Store

extension Call {
    /// Changes to records in the caller's name.
    func records(_ house: House) -> Records {
        Records(connection, actor: actor) { try house.seal($0, $1) }
    }

    /// `reply_attributes` and `check_attributes` of the body, read by the dictionary; nil where not given.
    func attributes(_ house: House) throws -> (replies: [AttributeRecord]?, checks: [AttributeRecord]?) {
        func read(_ name: String, isReply: Bool) throws -> [AttributeRecord]? {
            try inputs.texts(name).map { texts in
                try texts.enumerated().map { index, text in
                    do {
                        return try AttributeRecord(text, isReply: isReply, house.dictionary)
                    } catch let refusal as RecordRefusal {
                        throw Problem(
                            409, "attribute_refused", "\(refusal.message).",
                            fields: [(name: "\(name).\(index)", text: refusal.message)])
                    }
                }
            }
        }
        return (try read("reply_attributes", isReply: true), try read("check_attributes", isReply: false))
    }

    /// The way to rows that the caller sees.
    func scoped() throws -> Scoped { try Scoped(connection, scope) }

    /// The name of a record. Throws `not_found` of one that is not there, or not for the caller.
    func name(of kind: RecordKindOf, _ id: Int64) throws -> String {
        try scoped().find(kind.scoped, id)
        return try Records(connection, actor: actor) { plain, _ in plain }.name(of: kind, id)
    }

    /// Locks a row that the caller sees and finds the version that he saw, then changes it: all or nothing.
    func change<Value>(
        _ kind: ScopedKind, _ id: Int64, _ body: () throws -> Value
    ) throws -> Value {
        let scoped = try scoped()
        return try connection.transaction { () throws -> Value in
            try scoped.lock(kind, id, version: version)
            return try body()
        }
    }
}

/// Fields that many resources have.
enum CommonFields {
    static let id = FieldDescription(name: "id", kind: .integer)
    static let version = FieldDescription(
        name: "version", kind: .integer, text: "raised by every change; for If-Match")
    /// What a creation answers with.
    static let created = [id]
}
