import Testing

@Suite struct FunctionsTests {
    @Test func `Bodies are measured; one-liners, requirements and calls are not functions`() {
        let text = """
            struct Thing {
                private static func long(
                    _ first: Int,
                    _ second: Int
                ) throws -> Int {
                    if first > second {
                        return first
                    }
                    return second
                }

                func short() -> Int { 1 }
                init?(_ text: String) {
                    self.init()
                }
            }
            protocol Named {
                func name() -> String
                func other()
            }
            """
        let functions = Functions.read(text.split(separator: "\n", omittingEmptySubsequences: false))
        #expect(functions.map(\.line) == [2, 13])
        #expect(functions.map(\.length) == [4, 1])
    }

    @Test func `Links to files are found and resolved; those to the web are left`() {
        let text = "See [a](docs/a.md#part), [b](https://example.net/b) and [c](../c.md)."
        #expect(Links.read(text) == ["docs/a.md", "../c.md"])
        #expect(Links.resolve("../c.md", from: "docs/deep/x.md") == "docs/c.md")
    }
}
