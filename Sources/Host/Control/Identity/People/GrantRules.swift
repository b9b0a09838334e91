/// The rules of handing out permissions; on values, so that a table can try them all.
enum GrantRules {
    /// Nobody gives what he does not hold.
    static func checkHeld(_ permissions: Set<String>, by held: Set<String>) throws {
        try refuse(missing: permissions.subtracting(held))
    }

    /// Whether these permissions may be given, by a role, to people at a place in the tree (house: empty path).
    static func checkGrant(
        _ permissions: Set<String>, at path: String, by authority: Authority, _ catalogue: PermissionCatalogue
    ) throws {
        try refuse(missing: authority.missing(permissions))
        guard !path.isEmpty else { return }
        let barred = permissions.filter { catalogue[$0]?.reach != .everybody }
        guard barred.isEmpty else {
            throw RecordRefusal(
                "a reseller's people can't hold \(listed(barred))", hint: "leave it out", code: "house_only")
        }
    }

    /// Nobody changes who, or what, holds more than himself: he could make himself that one.
    static func checkOver(_ permissions: Set<String>, by authority: Authority, _ noun: String) throws {
        let missing = authority.missing(permissions)
        guard missing.isEmpty else {
            throw RecordRefusal(
                "this \(noun) holds more than you: \(listed(missing))",
                hint: "somebody who holds that can change it", code: "holds_more")
        }
    }

    /// Whether a role of `role` (path of its reseller; empty: the house's) can be given to somebody at `path`.
    static func reaches(role: String, _ path: String) -> Bool { path.utf8.starts(with: role.utf8) }

    private static func refuse(missing: Set<String>) throws {
        guard missing.isEmpty else {
            throw RecordRefusal(
                "you don't hold \(listed(missing))", hint: "only what one holds oneself can be given",
                code: "not_held")
        }
    }

    private static func listed(_ names: Set<String>) -> String {
        let sorted = names.sorted()
        return sorted.prefix(5).joined(separator: ", ") + (sorted.count > 5 ? " and \(sorted.count - 5) more" : "")
    }
}
