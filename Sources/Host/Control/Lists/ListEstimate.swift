import Store

/// How many rows the planner expects of a statement.
enum ListEstimate {
    static func explaining(_ text: String, _ parameters: [Parameter]) -> Statement {
        Statement("EXPLAIN " + text, parameters)
    }

    /// Of the answer to such a statement: `Append  (cost=0.00..12.05 rows=300 width=0)`.
    static func rows(_ answer: Rows) -> Int {
        let line = answer[0].text(0)
        guard let start = line.firstRange(of: "rows=")?.upperBound else { return 0 }
        return Int(line[start...].prefix { $0.isNumber }) ?? 0
    }
}
