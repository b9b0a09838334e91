import Dictionary
import PluginAPI
import Testing

@testable import Generic

/// What is wrong with a pack is said with file and line (line 6 is the first of the reply).
struct PackTests {
    static let faulty: [(reply: String, message: String)] = [
        ("<attribute name=\"Filter-Id\">{speed}</attribute>", "test.xml:6: there is no fact \"speed\""),
        ("<attribute name=\"Filter-Id\">{tier</attribute>", "test.xml:6: a { is not closed in \"{tier\""),
        ("<attribute name=\"Filter-Id\">tier}</attribute>", "test.xml:6: a } without { in \"tier}\""),
        ("\n<attribute name=\"Filter-Id\" when=\"fast\">x</attribute>", "test.xml:7: there is no fact \"fast\""),
        (
            "<attribute name=\"Filter-Id\" when=\"user-name=x\">x</attribute>",
            "test.xml:6: \"user-name=x\": a condition can ask for one thing known at login, without a value"
        ),
        ("<attribute name=\"Filter-Id\" min=\"2\" max=\"1\">x</attribute>", "test.xml:6: min is above max"),
        (
            "<attribute name=\"Filter-Id\" needs=\"user-name\">x</attribute>",
            "test.xml:6: there is no fact \"user-name\" of a plan"
        ),
        (
            "<attribute name=\"Filter-Id\">{down.bytes:0ms}</attribute>",
            "test.xml:6: there is no fact \"down.bytes:0ms\""
        ),
    ]

    @Test(arguments: faulty)
    func `what a schema cannot see is refused by file and line`(row: (reply: String, message: String)) {
        let error = #expect(throws: PluginError.self) { try PackSupport.pack(reply: row.reply) }
        #expect(error?.message == row.message)
    }

    static let unfit = [
        "<attribute>x</attribute>", "<attribute name=\"Filter-Id\" maxLength=\"300\">x</attribute>",
        "<attribute name=\"Filter-Id\" tag=\"32\">x</attribute>", "<atribute name=\"Filter-Id\">x</atribute>",
        "<attribute name=\"Filter-Id\" colour=\"red\">x</attribute>", "<attribute name=\"Filter-Id\"/>",
    ]

    @Test(arguments: unfit)
    func `what does not fit the schema is refused by libxml2 at its line`(reply: String) {
        let error = #expect(throws: XMLError.self) { try PackSupport.pack(reply: reply) }
        #expect(error?.line == 6)
        #expect(error?.file == "test.xml")
    }

    @Test func `templates mix facts, slots, choices and literal braces`() throws {
        let pack = try PackSupport.pack(
            reply: """
                <attribute name="A">{{{tier}}}-{up.kbps}/{down.minimum.bps|down.kbps}</attribute>
                <attribute name="B">u={user-name};t={tier}</attribute>
                <attribute name="C" when="tier=FUP1">only in FUP1</attribute>
                <attribute name="D" when="!tier=FUP1">not in FUP1</attribute>
                <attribute name="E" when="framed-ip-address">{pool|service}</attribute>
                <attribute name="F">{param:absent}</attribute>
                <attribute name="G" tag="2">{up.bytes:1ms}</attribute>
                """)
        #expect(
            try pack.reply.attributes(Facts(homePlan())).map(\.description) == [
                "A = \"{normal}-5000/20000\"", "B = \"u={user-name};t=normal\"", "D = \"not in FUP1\"",
                "E = \"Home\" if framed-ip-address", "G:2 = \"625\"",
            ])
    }

    @Test func `a value longer than an attribute is refused even without a limit of the pack's`() throws {
        let pack = try PackSupport.pack(reply: "<attribute name=\"Filter-Id\">{param:long}</attribute>")
        let facts = Facts(homePlan(["long": String(repeating: "x", count: 254)]))
        let error = #expect(throws: PluginError.self) { try pack.reply.attributes(facts) }
        #expect(error?.message.hasSuffix("254 bytes long, more than 253") == true)
    }

    @Test func `bucket sizes neither overflow nor lose whole octets`() throws {
        let pack = try PackSupport.pack(reply: "<attribute name=\"A\">{down.bytes:60000ms}</attribute>")
        #expect(
            try pack.reply.attributes(Facts(homePlan(down: "8001"))).map(\.description) == ["A = \"60000\""])
        #expect(
            try pack.reply.attributes(Facts(homePlan(down: "9223372036854775807"))).map(\.description) == [
                "A = \"18446744073709551615\""
            ])
    }
}
