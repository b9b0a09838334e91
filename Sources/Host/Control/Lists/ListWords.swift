import Store

/// The words of a search, all of which must be there: rare ones are looked up in the index of trigrams, the others are
/// looked for in what those find.
///
/// An index gives every row that has a common word, though nearly all of them are dropped again: of a million it took
/// some 60 ms.
struct ListWords: Sendable, Hashable {
    let rare: [String]
    let common: [String]

    /// Taking an entry out of the index for a word costs about a thirtieth of looking at a row.
    private static let worth = 30
    /// Shorter runs have no trigram.
    private static let shortest = 3

    /// - counts: how many rows are expected to have each word.
    init(_ words: [String], counts: [Int]) {
        let known = zip(words, counts).filter { ListWords.isIndexed($0.0) }
        let enough = (known.map(\.1).min() ?? 0) * ListWords.worth
        rare = known.filter { $0.1 <= enough }.map(\.0)
        let others = zip(words, counts).filter { !ListWords.isIndexed($0.0) || $0.1 > enough }
        common = others.map(\.0)
    }

    /// Asks the planner how often each word is found.
    init(_ text: String, _ search: ListSearch, of spec: ListSpec, _ connection: Connection) throws {
        let words = text.split(separator: " ").map(String.init)
        let indexed = words.filter(ListWords.isIndexed)
        guard indexed.count > 1, !spec.isSmall else {
            self.init(words, counts: words.map { _ in 1 })
            return
        }
        let asked = indexed.map { word in
            var sql = SQLText()
            let condition = ListWords.condition(search.sql, word, &sql)
            return ListEstimate.explaining("SELECT FROM \(spec.kind.table) r WHERE \(condition)", sql.parameters)
        }
        let counts = try connection.pipeline(asked).map(ListEstimate.rows)
        let expected = Dictionary(zip(indexed, counts), uniquingKeysWith: min)
        self.init(words, counts: words.map { expected[$0] ?? 0 })
    }

    /// Whether it has a trigram: three letters or digits in a row. Other signs are blanks for the index, and a word of
    /// them alone would be looked for in every row.
    static func isIndexed(_ word: String) -> Bool {
        let runs = word.unicodeScalars.split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
        return runs.contains { $0.count >= shortest }
    }

    /// Words without trigrams only narrow what longer ones find; alone they stand for the whole name.
    func condition(_ search: ListSearch, whole: String, _ sql: inout SQLText) -> String {
        guard !rare.isEmpty else { return sql.fill("\(search.exact) = ?::text", .text(whole)) }
        let found = rare.map { ListWords.condition(search.sql, $0, &sql) }
        // Not the text that the index is made of, and so no condition for it.
        let checked = common.map { ListWords.condition("(\(search.sql) || '')", $0, &sql) }
        return (found + checked).joined(separator: " AND ")
    }

    private static func condition(_ text: String, _ word: String, _ sql: inout SQLText) -> String {
        var pattern = "%"
        // By scalars, as LIKE reads: a sign with an accent behind it is one character, and a sign of a pattern all the same.
        for scalar in word.unicodeScalars {
            if scalar == "\\" || scalar == "%" || scalar == "_" { pattern += "\\" }
            pattern.unicodeScalars.append(scalar)
        }
        return sql.fill("\(text) LIKE lower(?::text)", .text(pattern + "%"))
    }
}
