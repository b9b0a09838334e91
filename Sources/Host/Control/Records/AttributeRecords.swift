package import Dictionary
import Store

/// One further check or reply attribute as operators write it: `Framed-Pool := "guests"`.
package struct AttributeRecord: Sendable, Hashable {
    package let attribute: String
    package let op: String
    package let value: String

    /// Parses `Name op value`, checked by the dictionary: an attribute that exists, and for a reply a value that fits.
    package init(_ text: String, isReply: Bool, _ dictionary: AttributeDictionary) throws {
        let items: [ListItem]
        do { items = try AttributeListReader.read(text) } catch { throw RecordRefusal("`\(text)`: \(error)") }
        guard items.count == 1, let item = items.first, case .text(let bytes) = item.value else {
            throw RecordRefusal("`\(text)` is not one `Attribute = value`")
        }
        let value = String(decoding: bytes, as: UTF8.self)
        guard let known = dictionary.attribute(named: item.name) else {
            throw RecordRefusal(
                "no dictionary has the attribute `\(item.name)`", hint: "search with `tollkeeper dictionary find`")
        }
        if isReply {
            guard known.isOnWire else { throw RecordRefusal("\(known.name) is a check item and can't be sent") }
            do { _ = try dictionary.encode(known, text: value, tag: item.tag) } catch {
                throw RecordRefusal("\(known.name) = \(value): \(error)")
            }
        }
        let op = try AttributeRecord.operation(item.operator.rawValue, isReply: isReply)
        if !isReply { try AttributeRecord.check(known, op, value, dictionary) }
        attribute = known.name
        self.value = value
        self.op = op
    }

    /// A value that the attribute can't have would refuse every login.
    private static func check(
        _ known: Attribute, _ op: String, _ value: String, _ dictionary: AttributeDictionary
    ) throws {
        guard known.isOnWire, !["=~", "!~", "=*", "!*"].contains(op) else { return }
        do { _ = try dictionary.value(known, text: value) } catch {
            throw RecordRefusal("\(known.name) \(op) \(value): \(error)")
        }
    }

    /// A bare `=` compares in a check and replaces in a reply, as people mean it.
    private static func operation(_ given: String, isReply: Bool) throws -> String {
        let allowed = isReply ? [":=", "+=", "="] : ["==", "!=", "<", "<=", ">", ">=", "=~", "!~", "=*", "!*", ":="]
        let meant = given == "=" ? (isReply ? ":=" : "==") : given
        guard allowed.contains(meant) else {
            throw RecordRefusal("`\(given)` is no operator here", hint: "there are \(allowed.joined(separator: " "))")
        }
        return meant
    }
}

extension Records {
    /// Puts these in place of an owner's attributes of one kind; nil leaves them as they are.
    func replaceAttributes(
        _ owner: RecordKindOf, _ id: Int64, replies: [AttributeRecord]?, checks: [AttributeRecord]?
    ) throws {
        for (table, attributes) in [("reply_attributes", replies), ("check_attributes", checks)] {
            guard let attributes else { continue }
            try connection.query(
                "delete from \(table) where owner = $1 and owner_id = $2", [.text(owner.noun), .int(id)])
            for (position, attribute) in attributes.enumerated() {
                try connection.query(
                    """
                    insert into \(table) (owner, owner_id, attribute, op, value, position)
                    values ($1, $2, $3, $4, $5, $6)
                    """,
                    [
                        .text(owner.noun), .int(id), .text(attribute.attribute), .text(attribute.op),
                        .text(attribute.value), .int(Int64(position)),
                    ])
            }
        }
    }
}
