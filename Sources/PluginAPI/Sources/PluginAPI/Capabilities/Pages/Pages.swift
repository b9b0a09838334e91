/// Adds to the web pages: described, so that the core draws it, or as a module of its own.
public protocol Pages: Plugin {
    /// Constant after `init`.
    var ui: PluginUI { get }
}

/// What a plugin adds to the web pages. The server drops for each viewer what he has no permission for.
public struct PluginUI: Record {
    public var nav: [NavEntry] = []
    public var pages: [Page] = []
    public var panels: [Panel] = []
    /// An ES module in the plugin's `Web/` folder: `plugin.js`. Nil when the description is all.
    public var module: String?

    public init() {}

    public init(nav: [NavEntry] = [], pages: [Page] = [], panels: [Panel] = [], module: String? = nil) {
        self.nav = nav
        self.pages = pages
        self.panels = panels
        self.module = module
    }

    public static let fields: [Field<PluginUI>] = [
        Field(\.nav, "nav", "entries of the menu"), Field(\.pages, "pages", "pages the core draws"),
        Field(\.panels, "panels", "panels on the core's pages"), Field(\.module, "module", "an ES module"),
    ]
}

extension PluginUI {
    /// An entry of the menu.
    public struct NavEntry: Record {
        public var label = ""
        /// `/p/<plugin>` or below.
        public var href = ""
        /// A name of the core's icons.
        public var icon: String?
        public var group = "Plugins"
        /// Who sees it; nil for every operator.
        public var permission: String?
        /// Light ones stand first.
        public var weight = 50

        public init() {}

        public init(
            _ label: String, _ href: String, icon: String? = nil, group: String = "Plugins", permission: String? = nil,
            weight: Int = 50
        ) {
            self.label = label
            self.href = href
            self.icon = icon
            self.group = group
            self.permission = permission
            self.weight = weight
        }

        public static let fields: [Field<NavEntry>] = [
            Field(\.label, "label"), Field(\.href, "href"), Field(\.icon, "icon"), Field(\.group, "group"),
            Field(\.permission, "permission"), Field(\.weight, "weight", "light ones stand first"),
        ]
    }

    /// Where on the core's pages a plugin can stand.
    public enum Slot: String, FieldChoice {
        case dashboardPanel = "dashboard.panel"
        case subscriberPanel = "subscriber.panel"
        case subscriberTab = "subscriber.tab"
        case subscriberAction = "subscriber.action"
        case servicePanel = "service.panel"
        case nasPanel = "nas.panel"
        case sessionAction = "session.action"
        case invoicePanel = "invoice.panel"
        case settingsSection = "settings.section"
        case loginMethod = "login.method"
        case topbarItem = "topbar.item"
        case portalPanel = "portal.panel"
        case portalPage = "portal.page"

        /// Whether it is the customers' side.
        public var isPortal: Bool { self == .portalPanel || self == .portalPage }
    }

    /// A few fields of one record on a page of the core.
    public struct Panel: Record {
        public var slot = Slot.dashboardPanel
        public var title = ""
        public var permission: String?
        /// A GET route of the plugin's, braces filled with what the page shows: `/plugins/fup/subscribers/{username}`.
        public var resource = ""
        public var fields: [Column] = []

        public init() {}

        public init(
            _ slot: Slot, _ title: String, permission: String? = nil, resource: String, fields: [Column]
        ) {
            self.slot = slot
            self.title = title
            self.permission = permission
            self.resource = resource
            self.fields = fields
        }

        public static let fields: [Field<Panel>] = [
            Field(\.slot, "slot"), Field(\.title, "title"), Field(\.permission, "permission"),
            Field(\.resource, "resource", "below /api/v1"), Field(\.fields, "fields"),
        ]
    }
}
