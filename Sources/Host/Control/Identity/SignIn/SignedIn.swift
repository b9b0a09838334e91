/// A sign-in that was granted.
package struct SignedIn: Sendable {
    /// What the browser keeps, in its cookie; nowhere else.
    package let token: String
    package let principal: Principal
    /// Microseconds since 1970; idle sessions end sooner.
    package let expiresAt: Int64
    /// Of the second factor, when one of them was used up for this sign-in: how many are left.
    package let recoveryCodesLeft: Int?
}
