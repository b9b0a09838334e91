import Store

/// A stretch of a list in its order: the rows with a sort value, or those without.
struct ListStretch: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        /// The column is never NULL.
        case all
        case values
        case nulls
    }

    let part: Part
    /// Where it begins, that row not included.
    let cursor: ListCursor?
    /// Of a list by time that descends: no more than its first month.
    var isNear = false

    /// The stretches that follow a place, or all of them, in the order in which they are read.
    /// - descends: the way it is read, which for a page before a place is against the list's.
    static func following(_ cursor: ListCursor?, _ sort: ListSort, descends: Bool) -> [ListStretch] {
        guard sort.isNullable else { return [ListStretch(part: .all, cursor: cursor)] }
        let parts: [Part] = descends ? [.nulls, .values] : [.values, .nulls]
        guard let cursor else { return parts.map { ListStretch(part: $0, cursor: nil) } }
        let current: Part = cursor.sortValue == nil ? .nulls : .values
        let rest = parts.drop { $0 != current }
        return rest.map { ListStretch(part: $0, cursor: $0 == current ? cursor : nil) }
    }

    /// The condition that a row lies in it.
    func condition(_ sort: ListSort, _ kind: ScopedKind, descends: Bool, _ sql: inout SQLText) -> String {
        let lies = place(sort, kind, descends: descends, &sql)
        guard isNear else { return lies }
        let latest = cursor?.sortValue.map { sql.fill("?::timestamptz", .text($0)) } ?? "now()"
        return "\(lies) AND \(sort.sql) > \(latest) - interval '31 days'"
    }

    private func place(_ sort: ListSort, _ kind: ScopedKind, descends: Bool, _ sql: inout SQLText) -> String {
        let sign = descends ? "<" : ">"
        guard let cursor else {
            return switch part {
            case .all: "true"
            case .values: "\(sort.sql) IS NOT NULL"
            case .nulls: "\(sort.sql) IS NULL"
            }
        }
        guard let value = cursor.sortValue else {
            return "\(sort.sql) IS NULL AND " + sql.fill("\(kind.key) \(sign) ?::\(kind.keyType)", .text(cursor.key))
        }
        // The second condition follows from the first; partitions are passed over by it.
        return sql.fill(
            "(\(sort.sql), \(kind.key)) \(sign) (?::\(sort.type), ?::\(kind.keyType)) AND \(sort.sql) \(sign)= ?::\(sort.type)",
            .text(value), .text(cursor.key), .text(value))
    }
}
