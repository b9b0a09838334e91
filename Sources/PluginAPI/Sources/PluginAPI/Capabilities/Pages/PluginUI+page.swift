extension PluginUI {
    /// A list with its forms, drawn by the core.
    public struct Page: Record {
        /// `/p/<plugin>` or below.
        public var path = ""
        public var title = ""
        /// Who sees it; nil for every operator.
        public var permission: String?
        /// The plugin's route that lists it: `/plugins/fup/rules`, giving `{items}` or `{items, next}`.
        public var resource = ""
        /// The field of an item that names it in `<resource>/<key>`.
        public var key = "id"
        public var columns: [Column] = []
        public var filters: [FormField] = []
        /// POST to the resource.
        public var create: Form?
        /// PATCH to `<resource>/<key>`.
        public var edit: Form?
        public var actions: [Action] = []

        public init() {}

        public init(
            _ path: String, _ title: String, permission: String? = nil, resource: String, key: String = "id",
            columns: [Column], filters: [FormField] = [], create: Form? = nil, edit: Form? = nil, actions: [Action] = []
        ) {
            self.path = path
            self.title = title
            self.permission = permission
            self.resource = resource
            self.key = key
            self.columns = columns
            self.filters = filters
            self.create = create
            self.edit = edit
            self.actions = actions
        }

        public static let fields: [Field<Page>] = [
            Field(\.path, "path"), Field(\.title, "title"), Field(\.permission, "permission"),
            Field(\.resource, "resource", "below /api/v1"), Field(\.key, "key"), Field(\.columns, "columns"),
            Field(\.filters, "filters"), Field(\.create, "create"), Field(\.edit, "edit"), Field(\.actions, "actions"),
        ]
    }

    /// What a column's or panel's value is, so that it is shown as such.
    public enum Format: String, FieldChoice {
        case text, number, bytes, rate, money, time, date, bool, badge, link
    }

    public struct Column: Record {
        public var key = ""
        public var title = ""
        public var format = Format.text
        public var sortable = false

        public init() {}

        public init(_ key: String, _ title: String, format: Format = .text, sortable: Bool = false) {
            self.key = key
            self.title = title
            self.format = format
            self.sortable = sortable
        }

        public static let fields: [Field<Column>] = [
            Field(\.key, "key"), Field(\.title, "title"), Field(\.format, "format"), Field(\.sortable, "sortable"),
        ]
    }

    /// A button of a row: it calls `<resource>/<key>/<id>`.
    public struct Action: Record {
        public enum Method: String, FieldChoice { case post = "POST", delete = "DELETE" }

        public var id = ""
        public var label = ""
        public var method = Method.post
        /// Asked before; nil for no question.
        public var confirm: String?
        public var permission: String?

        public init() {}

        public init(
            _ id: String, _ label: String, method: Method = .post, confirm: String? = nil, permission: String? = nil
        ) {
            self.id = id
            self.label = label
            self.method = method
            self.confirm = confirm
            self.permission = permission
        }

        public static let fields: [Field<Action>] = [
            Field(\.id, "id"), Field(\.label, "label"), Field(\.method, "method"), Field(\.confirm, "confirm"),
            Field(\.permission, "permission"),
        ]
    }
}
