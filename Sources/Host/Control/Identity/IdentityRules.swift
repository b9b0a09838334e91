import Store

/// How long sign-ins last and what limits guessing. Times in microseconds.
package struct IdentityRules: Sendable {
    package struct Lifetime: Sendable {
        /// From the sign-in.
        package var absolute: Int64
        /// From the last use.
        package var idle: Int64

        package init(absolute: Int64, idle: Int64) {
            self.absolute = absolute
            self.idle = idle
        }
    }

    static let second: Int64 = 1_000_000
    static let minute = 60 * second
    static let hour = 60 * minute

    package var operatorSession = Lifetime(absolute: 12 * hour, idle: hour)
    package var customerSession = Lifetime(absolute: 24 * hour, idle: 2 * hour)
    /// "Log in as": short, since nobody signs out of it.
    package var impersonation = Lifetime(absolute: hour, idle: 30 * minute)
    package var account = LockOut(after: 5, forgetAfter: 24 * hour)
    /// Many people may share an address (an office, carrier-grade NAT), so it has more.
    package var address = LockOut(after: 20, forgetAfter: hour)
    /// Of new password hashes (`Scrypt.hash`).
    package var passwordCost = Scrypt.cost
    /// How exactly use is noted.
    var noteEvery = minute

    package init() {}
}
