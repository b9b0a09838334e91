/// What the guard may do with a refusal.
extension RejectReason {
    /// How far a refusal tells the next one of the same subject, as long as the versions are the same.
    enum Repetition {
        /// It hangs on what no version covers: live sessions, further attributes of the request, the length of a reply.
        case never
        /// Only for the same password, so that no other is refused unlooked at and none is known as right or wrong.
        case samePassword
        /// The password was right, or does not matter.
        case always
    }

    var repetition: Repetition {
        switch self {
        case .unknownUser, .wrongPassword, .noPassword, .malformedPassword, .methodUnavailable: .samePassword
        case .nasDisabled, .nasDraining, .realmNotAllowed, .disabled, .expired, .macMismatch, .macMissing, .noPlan,
            .planUnavailable:
            .always
        case .passwordlessNotAllowed, .checkFailed, .sessionLimit, .profileNotAllowed, .unknownProfile, .replyTooLong,
            .tooManyGuesses:
            .never
        }
    }

    /// Whether somebody may have tried a password. Unknown names count too, so that the limit does not tell which exist.
    var isGuess: Bool { self == .wrongPassword || self == .unknownUser }
}
