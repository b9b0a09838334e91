import Store

/// Why somebody is not let in, or not on: what a page needs to say the next step. Nothing in it tells whether a
/// password was right, or a name known.
package struct IdentityRefusal: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Name, password, or both.
        case wrong
        /// Too many were wrong. Microseconds since 1970.
        case locked(until: Int64)
        /// The password was right; a code is asked for.
        case secondFactorNeeded
        /// The code is wrong, or was used before.
        case secondFactorWrong
        /// Nothing but a new password is allowed.
        case mustChangePassword
        /// Needs a session of one's own: not a token, not "log in as".
        case ownSessionNeeded
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package var code: String {
        switch kind {
        case .wrong: "wrong_credentials"
        case .locked: "locked"
        case .secondFactorNeeded: "second_factor_needed"
        case .secondFactorWrong: "second_factor_wrong"
        case .mustChangePassword: "must_change_password"
        case .ownSessionNeeded: "own_session_needed"
        }
    }

    package var message: String {
        switch kind {
        case .wrong: "the user name or the password is wrong"
        case .locked(let until): "too many wrong sign-ins: locked until \(Timestamp.text(until))"
        case .secondFactorNeeded: "the code of the second factor is needed"
        case .secondFactorWrong: "that code is wrong, or was used before"
        case .mustChangePassword: "the password was given by someone else and must be changed first"
        case .ownSessionNeeded: "this needs a sign-in of your own, not a token and not a session as someone else"
        }
    }

    package var hint: String? {
        switch kind {
        case .wrong, .ownSessionNeeded: nil
        case .locked: "wait till then, or have an administrator run `tollkeeper operator reset-password`"
        case .secondFactorNeeded: "six digits from the app, or one of the recovery codes"
        case .secondFactorWrong: "wait for the next code, and check the clock of the device"
        case .mustChangePassword: "choose a new password"
        }
    }

    /// Whole seconds from `now` till a lock ends, at least 1; nil for the other kinds.
    package func retryAfterSeconds(now: Int64) -> Int? {
        guard case .locked(let until) = kind else { return nil }
        return Int(max(1, (until - now + 999_999) / 1_000_000))
    }
}
