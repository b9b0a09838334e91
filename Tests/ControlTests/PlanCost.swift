import Store

@testable import Control

/// What a statement touched, read from EXPLAIN (ANALYZE, BUFFERS): planned once for all values, as pages are.
struct PlanCost {
    private(set) var rows = 0
    private(set) var buffers = 0
    /// Each node that reads, with its index and what it touched.
    private(set) var plan = ""

    init(_ connection: Connection, _ statement: Statement, settings: Statement) throws {
        let values = statement.parameters.map { "'" + SQLText.literal($0).replacing("'", with: "''") + "'" }
        let call = values.isEmpty ? "EXECUTE page" : "EXECUTE page (\(values.joined(separator: ", ")))"
        let lines = try connection.transaction {
            try connection.query(settings.sql)
            try connection.execute("PREPARE page AS \(statement.sql)")
            defer { try? connection.execute("DEALLOCATE page") }
            return try connection.query("EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) \(call)")[0].text(0)
        }
        read(lines.split(separator: "\n"))
    }

    /// A page of one stretch, with what finding a crowd's first rows touches.
    static func page(_ connection: Connection, _ list: ListStatement, _ stretch: ListStretch, limit: Int) throws
        -> PlanCost
    {
        let descends = list.query.descends
        guard let crowd = list.scope.crowd(list.spec.kind) else {
            let rows = list.rows(stretch, limit: limit, descends: descends)
            return try PlanCost(connection, rows, settings: list.settings)
        }
        let first = list.first(limit, of: crowd, stretch, descends: descends)
        let paths = try connection.query(first.sql, first.parameters).map { $0.text(0) }
        let rows = list.rows(of: paths, stretch, limit: limit, descends: descends)
        var cost = try PlanCost(connection, first, settings: list.settings)
        let more = try PlanCost(connection, rows, settings: list.settings)
        cost.rows += more.rows
        cost.buffers += more.buffers
        cost.plan += "then\n\(more.plan)"
        return cost
    }

    /// One node after the other: a node's own lines come before those of the nodes below it.
    private mutating func read(_ lines: [Substring]) {
        var node: [String: String] = [:]
        var isFirst = true
        for line in lines + ["\"Node Type\": \"end\""] {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.filter { !" \",[{".contains($0) } }
            guard parts.count == 2 else { continue }
            if parts[0] == "NodeType" {
                add(node, isTop: isFirst && !node.isEmpty)
                if !node.isEmpty { isFirst = false }
                node = [:]
            }
            if node[parts[0]] == nil { node[parts[0]] = parts[1] }
        }
    }

    private mutating func add(_ node: [String: String], isTop: Bool) {
        func number(_ name: String) -> Int { node[name].flatMap { Double($0) }.map { Int($0) } ?? 0 }
        if isTop { buffers = number("SharedHitBlocks") + number("SharedReadBlocks") }
        guard node["NodeType"]?.hasSuffix("Scan") == true, node["NodeType"] != "SubqueryScan" else { return }
        let each = number("ActualRows") + number("RowsRemovedbyFilter") + number("RowsRemovedbyIndexRecheck")
        rows += each * number("ActualLoops")
        if each > 0 {
            plan +=
                "\(node["NodeType"] ?? "") \(node["IndexName"] ?? node["RelationName"] ?? ""): \(each) x \(number("ActualLoops"))\n"
        }
    }
}
