package import Dictionary
import PluginAPI
import Store

/// Check and reply attributes of subscribers, services and NAS, read and encoded.
struct RuleReader {
    private let dictionary: AttributeDictionary
    private(set) var checks: [Owner: [CheckRule]] = [:]
    private(set) var replies: [Owner: [ReplyRule]] = [:]
    /// Reply attributes that no dictionary knows or that can't be encoded, for the log.
    private(set) var problems: [String] = []

    struct Owner: Hashable {
        let kind: String
        let id: Int64
    }

    init(_ dictionary: AttributeDictionary) { self.dictionary = dictionary }

    /// All of them, or those of some owners of one kind.
    mutating func read(_ connection: Connection, kind: String? = nil, ids: [Int64]? = nil) throws {
        let parameters = PolicyReader.parameters(ids) + (kind.map { [.text($0)] } ?? [])
        let sql = { (table: String) in RuleReader.sql(table, ids, kind) }
        for row in try connection.query(sql("check_attributes"), parameters) { addCheck(row) }
        for row in try connection.query(sql("reply_attributes"), parameters) { addReply(row) }
    }

    func checks(_ kind: String, _ id: Int64) -> [CheckRule] { checks[Owner(kind: kind, id: id)] ?? [] }

    func replies(_ kind: String, _ id: Int64) -> [ReplyRule] { replies[Owner(kind: kind, id: id)] ?? [] }

    /// By owner, of one kind: for many owners of which few have any.
    func all(of kind: String) -> [Int64: SubscriberRules] {
        let owners = Set(checks.keys).union(replies.keys).filter { $0.kind == kind }
        return Dictionary(
            uniqueKeysWithValues: owners.map { owner in
                (owner.id, SubscriberRules(checks: checks[owner] ?? [], replies: replies[owner] ?? []))
            })
    }

    private static func sql(_ table: String, _ ids: [Int64]?, _ kind: String?) -> String {
        "select owner, owner_id, attribute, op, value from \(table) where true"
            + PolicyReader.picked(ids, "owner_id") + (kind == nil ? "" : " and owner = $\(ids == nil ? 1 : 2)")
            + " order by owner, owner_id, position, id"
    }

    private mutating func addCheck(_ row: Row) {
        let owner = Owner(kind: row.text("owner"), id: Int64(row.int("owner_id")))
        let name = row.text("attribute")
        checks[owner, default: []].append(
            CheckRule(
                attribute: name, operation: CheckOperator(rawValue: row.text("op")) ?? .equal,
                value: row.text("value"), known: dictionary.attribute(named: name)))
    }

    private mutating func addReply(_ row: Row) {
        let owner = Owner(kind: row.text("owner"), id: Int64(row.int("owner_id")))
        let (name, value) = (row.text("attribute"), row.text("value"))
        do {
            let part = try ReplyRule.part(name, value, origin: owner.kind, dictionary)
            let operation = ReplyOperator(rawValue: row.text("op")) ?? .add
            replies[owner, default: []].append(ReplyRule(operation: operation, part: part))
        } catch {
            problems.append("\(owner.kind) \(owner.id): reply attribute \(name) = \(value): \(error)")
        }
    }
}

extension ReplyRule {
    /// Encodes one reply attribute; throws a sentence about what does not fit.
    package static func part(
        _ name: String, _ value: String, origin: String, _ dictionary: AttributeDictionary
    ) throws(RuleProblem) -> CompiledPart {
        guard let known = dictionary.attribute(named: name) else {
            throw RuleProblem("no loaded dictionary has this attribute")
        }
        guard known.isOnWire else { throw RuleProblem("it is a check item and never sent") }
        do {
            let wire = try dictionary.encode(known, text: value, tag: nil)
            return CompiledPart(origin: origin, name: known.name, key: known.key, content: .wire(wire))
        } catch {
            throw RuleProblem("\(error)")
        }
    }
}

/// Why an attribute rule can't be used.
package struct RuleProblem: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
