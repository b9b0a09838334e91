extension PluginUI {
    /// A form, and who may send it.
    public struct Form: Record {
        public var permission: String?
        public var fields: [FormField] = []

        public init() {}

        public init(permission: String? = nil, fields: [FormField]) {
            self.permission = permission
            self.fields = fields
        }

        /// The fields of a route's input.
        public init<Input: Record>(permission: String? = nil, _ input: Input.Type) {
            self.init(permission: permission, fields: Input.fields.map { FormField($0.description) })
        }

        public static let fields: [Field<Form>] = [Field(\.permission, "permission"), Field(\.fields, "fields")]
    }

    /// One field of a form, as the core draws it.
    public struct FormField: Record {
        public var name = ""
        public var label = ""
        /// `text`, `number`, `integer`, `bool`, `choice`, `list`, `json`, or the name of a shape: `rate`, `ip-address`.
        public var type = "text"
        /// What a newcomer needs to know to fill it in.
        public var text = ""
        public var required = false
        public var secret = false
        public var choices: [String] = []
        public var minimum: Int64?
        public var maximum: Int64?
        /// Characters of a text, or items of a list.
        public var longest: Int64?

        public init() {}

        /// As a field of a struct is declared.
        public init(_ field: FieldDescription, label: String? = nil) {
            name = field.name
            self.label = label ?? FormField.label(field.name)
            text = field.text
            required = field.isRequired
            secret = field.isSecret
            (type, choices) = FormField.type(field.kind)
            for constraint in field.constraints {
                switch constraint {
                case .range(let range): (minimum, maximum) = (range.lowerBound, range.upperBound)
                case .length(let range): longest = Int64(range.upperBound)
                case .oneOf(let texts): (type, choices) = ("choice", texts)
                case .kebabCase: break
                }
            }
        }

        private static func type(_ kind: FieldKind) -> (String, [String]) {
            switch kind {
            case .bool: ("bool", [])
            case .integer: ("integer", [])
            case .number: ("number", [])
            case .text: ("text", [])
            case .format(let format): (format, [])
            case .choice(let texts): ("choice", texts)
            case .list: ("list", [])
            case .record: ("json", [])
            case .optional(let wrapped): type(wrapped)
            }
        }

        /// `burst_seconds` is shown as `Burst seconds`.
        private static func label(_ name: String) -> String {
            let words = name.split(whereSeparator: { $0 == "_" || $0 == "-" }).joined(separator: " ")
            return words.prefix(1).uppercased() + words.dropFirst()
        }

        public static let fields: [Field<FormField>] = [
            Field(\.name, "name"), Field(\.label, "label"),
            Field(\.type, "type", "text, integer, number, bool, choice, list, json, or a shape like rate"),
            Field(\.text, "text"), Field(\.required, "required"), Field(\.secret, "secret"),
            Field(\.choices, "choices"), Field(\.minimum, "minimum"), Field(\.maximum, "maximum"),
            Field(\.longest, "longest", "characters of a text, items of a list"),
        ]
    }
}
