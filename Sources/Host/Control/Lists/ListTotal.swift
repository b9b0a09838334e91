import Store

/// How many rows match: exact up to 10,000, the planner's estimate beyond.
struct ListTotal {
    struct Number: Sendable, Hashable {
        let count: Int
        let isExact: Bool
    }

    static let mostExact = 10_000
    /// An estimate this high is believed without counting; it is hardly ever ten times too high.
    private static let surelyMore = 100_000

    private let statement: ListStatement
    private let connection: Connection

    init(_ statement: ListStatement, _ connection: Connection) {
        self.statement = statement
        self.connection = connection
    }

    /// Throws a problem when there are too many for an order that no index gives.
    /// - expected: the planner's estimate.
    func read(expected: Int) throws -> Number {
        // What a search finds is dear to count, and what is found often is estimated well.
        let enough = statement.query.search == nil ? ListTotal.surelyMore : ListTotal.mostExact
        if expected > enough, statement.isAllowed { return Number(count: expected, isExact: false) }
        let count = statement.count(limit: ListTotal.mostExact + 1)
        let found = try connection.pipeline([ListStatement.settings(inOrder: false, once: false), count])[1][0].int(0)
        if found <= ListTotal.mostExact { return Number(count: found, isExact: true) }
        guard statement.isAllowed else { throw ListRefusal.tooMany(statement.query, most: ListTotal.mostExact) }
        return Number(count: max(expected, found), isExact: false)
    }

    func estimate() throws -> Int {
        let explanation = statement.explanation()
        return ListEstimate.rows(try connection.query(explanation.sql, explanation.parameters))
    }
}
