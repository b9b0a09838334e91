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
        let found = request.candidate(in: tables, workspace.record)
        let skips = emergency.active(found.preferences.emergency, now: request.now.wall)
        let stamp = LoginStamp(subject: request.subject(found.record), version: found.version(skips, request))
        if let refusal = refusedUnlooked(stamp, request) {
            var decided = found.decided(request, .wrong(.plain), stamp, skips)
            decided.refusal = refusal
            // Too many guesses are counted against whoever makes them; what is repeated was counted when it was repeated.
            decided.isRepeated = refusal != .tooManyGuesses
            return decided
        }
        let proof = request.checkPassword(found.record)
        var decided = found.decided(request, proof, stamp, skips)
        look(&decided, request)
        return decided
    }

    /// What the guard says before anybody looks.
    private func refusedUnlooked(_ stamp: LoginStamp, _ request: LoginRequest) -> RejectReason? {
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
    private func look(_ decided: inout DecidedLogin, _ request: LoginRequest) {
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

/// By what the guard knows a login.
package struct LoginStamp {
    var subject: LoginSubject
    /// Of all that the decision hung on.
    var version: UInt64
}

extension LoginRequest {
    /// A known subscriber by its own name: whatever realm is put behind it, the guesser is the same.
    func subject(_ record: SubscriberRecord?) -> LoginSubject {
        if let record { return LoginSubject(name: record.name, mac: facts.mac, nasID: nas.id) }
        return name.withBytes { LoginSubject(name: $0, mac: facts.mac, nasID: nas.id) }
    }

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

extension LoginCandidate {
    /// Another number after any change of the subscriber, the policy, or what an emergency skips; for an unknown name,
    /// after any subscriber came or went. A device that is known by its line is another one on another line.
    func version(_ skips: EmergencySkip.Words, _ request: LoginRequest) -> UInt64 {
        var version = ByteHash.of(
            (record?.version ?? population) ^ ByteHash.of(policyVersion &+ UInt64(skips.rawValue) << 56))
        if request.nas.allowsLineLogin, let line = request.facts.line { version ^= ByteHash.of(line) }
        return version
    }
}
