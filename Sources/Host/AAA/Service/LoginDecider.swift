import RADIUS

/// Decides logins on what is known now: the guard first, then the checks that `explain` shows, then the place that an
/// accepted session takes.
package final class LoginDecider: Sendable {
    private let sessions: LiveSessions
    private let guardian: LoginGuard
    private let emergency: EmergencySwitch

    package init(sessions: LiveSessions, guardian: LoginGuard, emergency: EmergencySwitch) {
        self.sessions = sessions
        self.guardian = guardian
        self.emergency = emergency
    }

    func decide(
        _ request: inout LoginRequest, _ workspace: Workspace, _ tables: borrowing PolicyTables
    ) -> DecidedLogin {
        let found = request.subscriber(in: tables.subscribers, workspace.record)
        let skips = emergency.active(tables.preferences.emergency, now: request.now.wall)
        var decided = DecidedLogin(request, found, tables, skips)
        if let refusal = refusedUnlooked(decided.stamp, request) {
            decided.refusal = refusal
            // Too many guesses are counted against whoever makes them; what is repeated was counted when it was repeated.
            decided.isRepeated = refusal != .tooManyGuesses
            return decided
        }
        decided.proof = request.checkPassword(found.record)
        decided.login.password = PasswordOutcome(decided.proof, request.method)
        look(&decided, request)
        return decided
    }

    /// What the guard says before anybody looks.
    private func refusedUnlooked(_ stamp: LoginStamp, _ request: borrowing LoginRequest) -> RejectReason? {
        let now = request.now.monotonic
        guard guardian.watches(stamp.subject, now: now) else { return nil }
        if let reason = guardian.repeated(
            stamp.subject, version: stamp.version, proof: request.triedPassword, now: now)
        {
            return reason
        }
        let mayGuess = guardian.mayGuess(user: stamp.subject.user, nasID: stamp.subject.nasID, now: now)
        return mayGuess || request.method == .none ? nil : .tooManyGuesses
    }

    /// Runs the checks, and takes the session's place unless another login took the last one meanwhile. Without a limit
    /// there are no places to take.
    private func look(_ decided: inout DecidedLogin, _ request: borrowing LoginRequest) {
        guard let limit = decided.login.sessionLimit, let subscriberID = decided.login.subscriber?.id else {
            decided.refusal = LoginChecks.refusal(decided.login)
            return
        }
        let claim = SessionClaim(
            subscriberID: subscriberID, key: request.sessionKey, nasID: request.nas.id, mac: decided.login.mac,
            now: decided.login.now, silence: decided.preferences.silenceSeconds)
        decided.login.sessions = sessions.tally(claim)
        decided.refusal = LoginChecks.refusal(decided.login)
        let places = decided.login.skips.contains(.limit) ? nil : limit
        if decided.refusal == nil,
            !sessions.reserve(claim, scope: request.scope, limit: places, monotonic: request.now.monotonic)
        {
            decided.login.sessions = sessions.tally(claim)
            decided.refusal = .sessionLimit
        }
    }
}

extension LoginRequest {
    /// What of the password compares with another try: see `LoginGuard.repeated`.
    var triedPassword: UInt64 {
        switch method {
        case .none: LoginGuard.noPassword
        case .pap:
            packet.first(AttributeNumber.userPassword).flatMap { hidden in
                HiddenValue.withRevealed(hidden, secret: secret, authenticator: packet.authenticator) {
                    LoginGuard.hash($0)
                }
            } ?? 0
        case .chap, .msCHAPv1, .msCHAPv2: 0
        }
    }
}
