import Store

/// What a reseller's move took away, from him and from those below: nobody holds what those above him don't.
package struct ResellerLosses: Sendable, Hashable {
    package struct Given: Sendable, Hashable {
        package let resellerID: Int64
        package let name: String
        package let routers: [Int64]
        /// Those that he sold and that are others'.
        package let services: [Int64]
    }

    package struct Roles: Sendable, Hashable {
        package let operatorID: Int64
        package let username: String
        /// Of resellers who are no longer above him.
        package let roles: [Int64]
    }

    package var given: [Given] = []
    package var roles: [Roles] = []

    package static let nothing = ResellerLosses()
}

extension ResellerLosses {
    /// A row of the audit log for each who lost what he was given.
    ///
    /// - rows: a reseller each: id, name, ids of routers, ids of services.
    static func audited(_ rows: Rows, _ connection: Connection, _ actor: Actor) throws -> [Given] {
        try rows.map { row in
            let lost = Given(
                resellerID: Int64(row.int(0)), name: row.text(1), routers: row.textArray(2).compactMap { Int64($0) },
                services: row.textArray(3).compactMap { Int64($0) })
            try Audit.write(
                connection, actor, action: "lose", kind: "reseller", id: lost.resellerID, name: lost.name,
                after: "{\"lost_nas\": \(lost.routers), \"lost_services\": \(lost.services)}")
            return lost
        }
    }
}
