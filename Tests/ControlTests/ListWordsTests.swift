import Store
import Support
import Testing

@testable import Control

@Suite struct ListWordsTests {
    private static let search = ListSearch(sql: "words(r.name)", exact: "r.name")

    private func condition(_ words: ListWords, _ whole: String) -> (text: String, parameters: [Parameter]) {
        var sql = SQLText()
        let text = words.condition(ListWordsTests.search, whole: whole, &sql)
        return (text, sql.parameters)
    }

    @Test func `the index is asked for rare words, and common ones are looked for in what it finds`() {
        let words = ListWords(["person", "77777"], counts: [1_000_000, 100])
        #expect(words.rare == ["77777"])
        #expect(words.common == ["person"])
        let made = condition(words, "person 77777")
        #expect(
            made.text == "words(r.name) LIKE lower($1::text) AND (words(r.name) || '') LIKE lower($2::text)")
    }

    @Test func `words that are alike in number are all asked of the index`() {
        #expect(ListWords(["anna", "smith"], counts: [9000, 400]).rare == ["anna", "smith"])
        #expect(ListWords(["anna", "smith"], counts: [1_000_000, 900_000]).common == [])
    }

    @Test func `a word too short for the index narrows, and alone it is the whole name`() {
        let words = ListWords(["ab", "smith"], counts: [0, 5])
        #expect(words.rare == ["smith"])
        #expect(words.common == ["ab"])
        #expect(condition(ListWords(["ab"], counts: [0]), "ab").text == "r.name = $1::text")
    }

    @Test(arguments: ["---", "a-b", "...", "12-34", "+_%"]) func `signs have no trigram, however many`(_ word: String) {
        #expect(ListWords([word], counts: [0]).rare == [])
        #expect(ListWords([word, "x-smith"], counts: [0, 5]).rare == ["x-smith"])
    }

    @Test func `signs of a pattern are looked for as they are`() {
        let made = condition(ListWords(["500%_\\"], counts: [3]), "500%_\\")
        #expect(made.parameters.map { "\($0)" } == [Parameter.text("%500\\%\\_\\\\%")].map { "\($0)" })
    }

    @Test func `signs of a pattern are looked for as they are, accents behind them or not`() {
        let made = condition(ListWords(["500%\u{301}"], counts: [3]), "")
        #expect(made.parameters.map { "\($0)" } == [Parameter.text("%500\\%\u{301}%")].map { "\($0)" })
    }

    @Test func `one who has a rare and a common word is found, and one who lacks the common one is not`() throws {
        let connection = try TestDatabase().connect()
        try connection.execute(
            """
            SET session_replication_role = replica;
            INSERT INTO subscribers (username, full_name, service_id)
              SELECT 'u' || n, CASE WHEN n = 4711 THEN 'Zebra alone' WHEN n = 42 THEN 'Person Zebra' ELSE 'Person' END, 1
                FROM generate_series(1, 6000) n;
            SET session_replication_role = origin;
            ANALYZE subscribers;
            """)
        let search = try #require(ListSpec.subscribers.search)
        let words = try ListWords("person zebra", search, of: .subscribers, connection)
        #expect(words.rare == ["zebra"])
        let reader = try ListReader(connection, .house, permissions: [])
        let page = try reader.page(.subscribers, try reader.query(.subscribers, [("q", "person zebra")]))
        #expect(page.total == 1)
        #expect(page.items.first?.member("username") == "u42")
    }
}
