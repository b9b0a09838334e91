import PluginAPI

/// Further attributes of a record's own, which subscribers, services and routers alike may have.
enum AttributeFields {
    static let inputs: [FieldDescription] = [
        FieldDescription(
            name: "reply_attributes", kind: .list(.text), text: "`Attribute := value`, sent with its Access-Accepts",
            constraints: [.length(0...100)]),
        FieldDescription(
            name: "check_attributes", kind: .list(.text), text: "`Attribute == value`, needed of its logins",
            constraints: [.length(0...100)]),
    ]
}
