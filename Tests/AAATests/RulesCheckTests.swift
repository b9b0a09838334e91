@testable import AAA
import Dictionary
import PluginAPI
import Testing

@Suite struct RulesCheckTests {
    /// A rule, the text values sent for its attribute, and whether the login passes.
    struct Row: Sendable {
        let rule: CheckRule
        let sent: [[UInt8]]
        let passes: Bool

        init(_ attribute: String, _ operation: CheckOperator, _ value: String, _ sent: [[UInt8]], _ passes: Bool) {
            rule = makeCheck(attribute, operation, value)
            self.sent = sent
            self.passes = passes
        }
    }

    @Test(arguments: [
        Row("Calling-Station-Id", .equal, "a", [Array("a".utf8)], true),
        Row("Calling-Station-Id", .equal, "a", [Array("A".utf8)], false),
        Row("Calling-Station-Id", .equal, "a", [], false),
        Row("Calling-Station-Id", .notEqual, "a", [Array("b".utf8)], true),
        Row("Calling-Station-Id", .notEqual, "a", [Array("b".utf8), Array("a".utf8)], false),
        Row("Calling-Station-Id", .matches, "^a+$", [Array("aaa".utf8)], true),
        Row("Calling-Station-Id", .matches, "^a+$", [Array("aab".utf8)], false),
        Row("Calling-Station-Id", .doesNotMatch, "^a+$", [Array("b".utf8)], true),
        Row("Calling-Station-Id", .doesNotMatch, "^a+$", [Array("b".utf8), Array("a".utf8)], false),
        Row("Calling-Station-Id", .present, "", [[]], true),
        Row("Calling-Station-Id", .present, "", [], false),
        Row("Calling-Station-Id", .absent, "", [], true),
        Row("Calling-Station-Id", .absent, "", [[1]], false),
        Row("Service-Type", .equal, "Framed-User", [[0, 0, 0, 2]], true),
        Row("Service-Type", .equal, "2", [[0, 0, 0, 2]], true),
        Row("Service-Type", .equal, "Outbound-User", [[0, 0, 0, 2]], false),
        Row("NAS-Port", .less, "10", [[0, 0, 0, 9]], true),
        Row("NAS-Port", .less, "10", [[0, 0, 0, 10]], false),
        Row("NAS-Port", .lessOrEqual, "10", [[0, 0, 0, 10]], true),
        Row("NAS-Port", .greater, "10", [[0, 0, 0, 11]], true),
        Row("NAS-Port", .greater, "10", [], false),
        Row("NAS-Port", .greaterOrEqual, "10", [[0, 0, 0, 9]], false),
        Row("Framed-IP-Address", .equal, "192.0.2.9", [[192, 0, 2, 9]], true),
        Row("Framed-IP-Address", .equal, "192.0.2.9", [[192, 0, 2, 8]], false),
        Row("Acme-AVPair", .equal, "x=y", [Array("x=y".utf8)], true),
        Row("NAS-Port", .set, "10", [], true),
        Row("Simultaneous-Use", .set, "1", [], true),
    ])
    func `check attributes compare as their type does`(_ row: Row) throws {
        let known = try #require(row.rule.known)
        let login = makeLogin {
            $0.subscriber?.checks = [row.rule]
            $0.requested = row.sent.isEmpty ? [:] : [known.key: row.sent]
        }
        #expect(LoginChecks.refusal(login) == (row.passes ? nil : .checkFailed), "\(RulesCheck.inputs(login))")
    }

    @Test(arguments: [
        ("No-Such-Attribute", CheckOperator.notEqual, "x"), ("No-Such-Attribute", .absent, ""),
        ("Unheard-Of", .set, "x"), ("Auth-Type", .set, "Reject"), ("Calling-Station-Id", .matches, "(["),
        ("Calling-Station-Id", .doesNotMatch, "(["), ("NAS-Port", .less, "ten"), ("Calling-Station-Id", .less, "b"),
    ])
    func `a check that can't be understood refuses: fail closed`(
        _ attribute: String, _ operation: CheckOperator, _ value: String
    ) {
        let login = makeLogin {
            $0.nas.checks = [makeCheck(attribute, operation, value)]
            $0.requested = [AttributeKey(31): [Array("a".utf8)], AttributeKey(5): [[0, 0, 0, 1]]]
        }
        #expect(LoginChecks.refusal(login) == .checkFailed)
        #expect(RulesCheck.inputs(login).contains("fails"))
    }

    @Test func `rules of NAS, service and subscriber must all hold`() {
        let rule = makeCheck("NAS-Port", .equal, "1")
        for place in 0..<3 {
            let login = makeLogin {
                if place == 0 { $0.nas.checks = [rule] }
                if place == 1 { $0.service?.checks = [rule] }
                if place == 2 { $0.subscriber?.checks = [rule] }
            }
            #expect(LoginChecks.refusal(login) == .checkFailed)
        }
    }
}
