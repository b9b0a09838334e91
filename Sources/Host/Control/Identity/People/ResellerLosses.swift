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
