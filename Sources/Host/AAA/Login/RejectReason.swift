/// Why a login was refused: the word in logs and counters, and the sentence for the user.
package enum RejectReason: String, Sendable, CaseIterable, BitwiseCopyable {
    case nasDisabled = "nas-disabled"
    case nasDraining = "nas-draining"
    case realmNotAllowed = "realm-not-allowed"
    case unknownUser = "unknown-user"
    case wrongPassword = "wrong-password"
    case tooManyGuesses = "too-many-guesses"
    case noPassword = "no-password"
    case malformedPassword = "malformed-password"
    case methodUnavailable = "method-unavailable"
    case passwordlessNotAllowed = "passwordless-not-allowed"
    case disabled = "disabled"
    case expired = "expired"
    case macMismatch = "mac-mismatch"
    case macMissing = "mac-missing"
    case checkFailed = "check-failed"
    case sessionLimit = "session-limit"
    case noPlan = "no-plan"
    case planUnavailable = "plan-unavailable"
    case profileNotAllowed = "profile-not-allowed"
    case unknownProfile = "unknown-profile"
    case replyTooLong = "reply-too-long"

    /// What a Reply-Message says when the service shows reasons. An unknown user and a wrong password read alike.
    package var message: String {
        switch self {
        case .nasDisabled, .nasDraining: "This access point is out of service."
        case .realmNotAllowed: "This realm may not log in here."
        case .unknownUser, .wrongPassword, .noPassword, .malformedPassword, .tooManyGuesses:
            "User name or password is wrong."
        case .methodUnavailable: "This password method is not available for the account."
        case .passwordlessNotAllowed: "This device is not registered."
        case .disabled: "The account is disabled."
        case .expired: "The account has expired."
        case .macMismatch, .macMissing: "The account is bound to another device."
        case .checkFailed: "The account may not log in here or now."
        case .sessionLimit: "The account is already in use."
        case .noPlan, .planUnavailable, .replyTooLong: "The account's plan is not ready."
        case .profileNotAllowed, .unknownProfile: "No such service."
        }
    }
}
