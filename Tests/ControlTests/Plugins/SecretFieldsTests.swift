import HTTP
import PluginAPI
import Testing

@testable import Control

@Suite struct SecretFieldsTests {
    private static let pin = FieldDescription(name: "pin", kind: .text, isSecret: true)
    private static let name = FieldDescription(name: "name", kind: .text)

    @Test(arguments: [
        FieldKind.record([pin, name]), .optional(.record([pin, name])), .list(.record([pin, name])),
        .optional(.list(.optional(.record([pin, name])))),
    ])
    func `a secret inside records and lists is masked, what is beside it is not`(kind: FieldKind) {
        let inner = FieldValue.object(["pin": .text("4711"), "name": .text("a")])
        var isList = false
        if case .list = kind.wrapped { isList = true }
        let value = isList ? FieldValue.list([inner]) : inner
        let fields = [SecretFieldsTests.pin, FieldDescription(name: "printer", kind: kind)]
        let text = JSON(SecretFields.masked(["pin": .text("4711"), "printer": value, "other": .null], fields)).text
        #expect(!text.contains("4711"))
        #expect(text.contains(#""pin":"***""#) && text.contains(#""name":"a""#) && text.contains(#""other":null"#))
    }
}
