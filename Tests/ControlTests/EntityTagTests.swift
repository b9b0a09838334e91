@testable import Control
import HTTP
import PluginAPI
import Testing

@Suite struct EntityTagTests {
    @Test(arguments: [
        "7", "\"\"", "\"x\"", "\"0\"", "\"-1\"", "\"+1\"", "*", "W/\"7\"", "\"7\", \"8\"", "\"7.\"", "\".7\"",
        "\"7.a.b\"",
        "\"7.A\"", "\"7.aaaaaaaaaaaaaa\"", "\"99999999999999999999\"", "\"", "", "\"7.\u{e9}\"",
    ])
    func `what is no ETag of ours has no version`(header: String) { #expect(EntityTag.version(of: header) == nil) }

    @Test func `the version is read from a whole tag and from itself alone`() {
        #expect(EntityTag.version(of: "\"7\"") == 7)
        for version in [1, 7, Int64.max] {
            let tag = EntityTag.text(version: version, body: Array("{}".utf8))
            #expect(EntityTag.version(of: tag) == version)
        }
    }

    @Test func `bodies hash as FNV-1a has it`() {
        for (text, hash) in [
            ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
        ]
            as [(String, UInt64)]
        {
            #expect(EntityTag.hash(Array(text.utf8)) == hash)
        }
    }

    private static func reads(_ method: PluginAPI.Route.Method = .get) -> Endpoint {
        Endpoint(method, "/things/{id}", .anyone, "One") { _ in .none }
    }

    private static func asking(_ tag: String?) -> Request {
        Request(method: "GET", path: "/", headers: tag.map { [(name: "if-none-match", value: $0)] } ?? [])
    }

    @Test func `who has the version but another body is sent the body; who has both, 304`() throws {
        let seen = Answer.json(.object([("is_online", .bool(false))]), version: 7)
        let now = Answer.json(.object([("is_online", .bool(true))]), version: 7)
        let tag = { (answer: Answer) in
            answer.response(of: EntityTagTests.reads(), to: EntityTagTests.asking(nil)).headers.first {
                $0.name == "ETag"
            }?
            .value
        }
        let (first, second) = (try #require(tag(seen)), try #require(tag(now)))
        #expect(first != second)
        for (given, status) in [
            (first, 200), ("\"7\"", 200), ("\"7.0\"", 200), (second, 304), ("W/" + second, 304),
            ("\(first), \(second)", 304),
        ] {
            let response = now.response(of: EntityTagTests.reads(), to: EntityTagTests.asking(given))
            #expect(response.status == status, "\(given)")
            #expect(response.body.isEmpty == (status == 304))
            #expect(response.headers.contains { $0.name == "ETag" && $0.value == second })
        }
    }

    @Test func `a change that was made is not answered as if nothing had been sent (RFC 9110 13.1.2)`() {
        let answer = Answer.json(.object([]), version: 7)
        let tag = EntityTag.text(version: 7, body: Array("{}\n".utf8))
        #expect(answer.response(of: EntityTagTests.reads(.patch), to: EntityTagTests.asking(tag)).status == 200)
    }
}
