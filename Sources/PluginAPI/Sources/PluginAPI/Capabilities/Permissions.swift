/// Brings permissions of its own, which roles can then hold.
public protocol Permissions: Plugin {
    static var permissions: [PluginPermission] { get }
}

/// One thing that somebody may do with the plugin.
public struct PluginPermission: Sendable, Hashable {
    /// Area and deed in small letters, digits, `_` and `-`: `vouchers.view`. Those of customers begin with `portal.`.
    public var name: String
    /// For people: `See vouchers`.
    public var title: String
    /// Whether a reseller's operators can never hold it.
    public var houseOnly: Bool

    public init(_ name: String, _ title: String, houseOnly: Bool = false) {
        self.name = name
        self.title = title
        self.houseOnly = houseOnly
    }

    /// Whether a text has the form of a permission's name.
    public static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 64
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isLetter) }
    }

    private static func isLetter(_ unit: UInt8) -> Bool {
        (97...122).contains(unit) || (48...57).contains(unit) || unit == 95 || unit == 45
    }
}
