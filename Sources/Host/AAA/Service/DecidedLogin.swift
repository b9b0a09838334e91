package import RADIUS

/// A login and what was decided of it.
package struct DecidedLogin {
    package var login: Login
    /// nil for an accept.
    package var refusal: RejectReason?
    package var proof: RADIUS.PasswordVerdict
    package var key: SessionKey
    package var preferences: Preferences
    /// The subscriber's own name; valid as long as its record.
    package var userName: UnsafeRawBufferPointer?
    package var stamp: LoginStamp
    /// Refused as before, or for too many guesses, without a look.
    package var isRepeated = false

    /// What the refusing check looked at, for the log; for an accept, what an emergency left out, or nothing.
    package var detail: String {
        guard refusal != nil, let check = LoginChecks.order.first(where: { $0.refusal(login) != nil }) else {
            return refusal == nil ? login.emergencyMark : ""
        }
        return check.inputs(login)
    }
}
