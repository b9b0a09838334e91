/// All permissions there are: the core's, and those that plugins brought at start.
package struct PermissionCatalogue: Sendable {
    /// In the order they are shown.
    package let all: [Permission]
    private let byName: [String: Permission]

    package static let core = PermissionCatalogue(all: corePermissions)

    private init(all: [Permission]) {
        self.all = all
        byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    }

    /// With a plugin's. Throws a refusal that names one that has no fit name or is there already.
    package func adding(_ more: [Permission], of plugin: String) throws -> PermissionCatalogue {
        var known = Set(byName.keys)
        for permission in more {
            guard Permission.isName(permission.name) else {
                throw RecordRefusal(
                    "the plugin \(plugin) declares the permission `\(permission.name)`",
                    hint: "a name is area and deed in small letters: vouchers.view", code: "permission_name")
            }
            guard known.insert(permission.name).inserted else {
                throw RecordRefusal(
                    "the plugin \(plugin) declares the permission `\(permission.name)`, which is there already",
                    hint: "give it a name of the plugin's own", code: "permission_taken")
            }
        }
        return PermissionCatalogue(all: all + more)
    }

    package subscript(_ name: String) -> Permission? { byName[name] }

    /// What customers hold.
    package var portal: Set<String> { names { $0.reach == .portal } }

    /// What people of the house can hold: all but the portal's.
    package var house: Set<String> { names { $0.reach != .portal } }

    /// What a reseller's operators can hold.
    package var reseller: Set<String> { names { $0.reach == .everybody } }

    func names(where isMeant: (Permission) -> Bool) -> Set<String> {
        Set(all.lazy.filter(isMeant).map(\.name))
    }

    /// What roles come to, for somebody of the house or of a reseller. A stored name that no running plugin declares is
    /// left out; so is all that his place rules out, however it came into a role.
    package func effective(builtin: [BuiltInRole], stored: [String], isHouse: Bool) -> Set<String> {
        let given = builtin.reduce(into: Set(stored)) { $0.formUnion($1.permissions(self)) }
        return given.intersection(isHouse ? house : reseller)
    }
}
