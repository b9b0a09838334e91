import Store

// What the rules look at: where somebody stands, and what a role holds.
extension Identity {
    /// A role as the rules see it.
    struct HeldRole {
        let id: Int64
        let name: String
        let builtin: BuiltInRole?
        let stored: [String]
        /// Path of its reseller; empty: the house's.
        let path: String
        let version: Int64

        func permissions(_ catalogue: PermissionCatalogue) -> Set<String> {
            builtin.map { $0.permissions(catalogue) } ?? Set(stored)
        }
    }

    static let roleColumns = "g.id, g.name, g.builtin, g.permissions, coalesce(r.path, ''), g.version"

    func heldRole(_ row: Row) -> HeldRole {
        HeldRole(
            id: Int64(row.int(0)), name: row.text(1), builtin: row.optionalText(2).flatMap(BuiltInRole.init),
            stored: row.textArray(3), path: row.text(4), version: Int64(row.int(5)))
    }

    /// The role, where it can be seen: the own ones, and of the house's the one made for resellers.
    func role(_ id: Int64, seenBy scope: Scope) throws -> HeldRole {
        let rows = try connection.query(
            "select \(Identity.roleColumns) from roles g left join resellers r on r.id = g.reseller_id where g.id = $1",
            [.int(id)])
        guard let role = rows.first.map(heldRole), scope.contains(role.path) || role.builtin == .reseller else {
            throw RecordRefusal("there is no role \(id)", hint: "see the list of roles", code: "not_found")
        }
        return role
    }

    /// Path of a reseller within the scope; empty for nil, the house, which only the house can name.
    func path(ofReseller id: Int64?, within scope: Scope) throws -> String {
        guard let id else {
            guard scope.isHouse else {
                throw RecordRefusal(
                    "only the house can do this for the house", hint: "name a reseller of yours", code: "not_found")
            }
            return ""
        }
        let rows = try connection.query("select path from resellers where id = $1", [.int(id)])
        guard let path = rows.first?.text(0), scope.contains(path) else {
            throw RecordRefusal("there is no reseller \(id)", code: "not_found")
        }
        return path
    }

    /// An operator within the scope.
    func holder(_ id: Int64, within authority: Authority) throws -> Holder {
        guard let holder = try holder(id), authority.scope.contains(holder.scope.path) else {
            throw RecordRefusal("there is no operator \(id)", code: "not_found")
        }
        return holder
    }

    /// Refuses a change to what was changed since it was looked at.
    static func check(version: Int64?, is current: Int64) throws {
        guard let version, version != current else { return }
        throw RecordRefusal(
            "someone else changed this in the meantime", hint: "look at it again", code: "version")
    }

    /// After a change that may have taken it: somebody must be left who can do everything.
    func checkAdministratorLeft() throws {
        let rows = try connection.query(
            """
            select exists (select from operators o join operator_roles j on j.operator_id = o.id
                             join roles g on g.id = j.role_id and g.builtin = 'administrator'
                            where o.is_active and o.deleted_at is null and o.reseller_id is null)
            """)
        guard rows.first?.bool(0) == true else {
            throw RecordRefusal(
                "that would leave no administrator", hint: "make another operator administrator first",
                code: "last_administrator")
        }
    }

    /// What names have in common: 1 to 100 characters without control characters, and no blanks around.
    static func check(name: String, _ noun: String) throws {
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard (1...100).contains(name.count), isPlain, name.first?.isWhitespace == false,
            name.last?.isWhitespace == false
        else {
            throw RecordRefusal(
                "a \(noun) has 1 to 100 characters, without blanks around and control characters",
                code: "invalid_name")
        }
    }

    /// A broken unique index in words.
    func refusingTaken<Value>(_ constraint: String, _ message: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as StoreError {
            guard error.kind == .conflict, error.constraint == constraint else { throw error }
            throw RecordRefusal(message, hint: "choose another name", code: "name_taken")
        }
    }
}
