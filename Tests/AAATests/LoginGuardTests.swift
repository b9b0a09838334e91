@testable import AAA
import PluginAPI
import Testing

@Suite struct LoginGuardTests {
    private let guarded = LoginGuard(subjects: 4096, offenders: 512)
    private let ann = LoginSubject(user: 0x1234_5678_9ABC, mac: 10, nasID: 1)

    /// A refusal at a second.
    private func refuse(
        _ subject: LoginSubject? = nil, _ reason: RejectReason = .expired, version: UInt64 = 1, proof: UInt64 = 77,
        at seconds: Double
    ) {
        "ann".withBytes {
            guarded.refused(
                subject ?? ann, reason, version: version, proof: proof, now: UInt64(seconds * 1000), name: $0)
        }
    }

    private func repeated(
        _ subject: LoginSubject? = nil, version: UInt64 = 1, proof: UInt64 = 77, at seconds: Double
    ) -> RejectReason? {
        guarded.repeated(subject ?? ann, version: version, proof: proof, now: UInt64(seconds * 1000))
    }

    // MARK: Repeated refusals

    @Test func `two identical refusals are not repeated, the third is, for thirty seconds`() {
        refuse(at: 1)
        refuse(at: 2)
        #expect(repeated(at: 2.5) == nil)
        refuse(at: 3)
        #expect(repeated(at: 3.1) == .expired)
        #expect(repeated(at: 32.9) == .expired)
        #expect(repeated(at: 33) == nil)
    }

    @Test func `one that redials every second is decided in full once in thirty`() {
        var looks = 0
        for second in 1...300 where repeated(at: Double(second)) == nil {
            looks += 1
            refuse(at: Double(second))
        }
        #expect(looks == 3 + 9)
    }

    @Test func `one that paused for longer than the window begins anew`() {
        for second in [1.0, 2, 3] { refuse(at: second) }
        #expect(repeated(at: 64) == nil)
        refuse(at: 64)
        #expect(repeated(at: 65) == nil)
    }

    @Test func `three refusals spread over more than the window are not repeated`() {
        refuse(at: 1)
        refuse(at: 31)
        refuse(at: 62)
        #expect(repeated(at: 63) == nil)
    }

    @Test func `a change of the subscriber ends the repetition at once`() {
        for second in [1.0, 2, 3] { refuse(at: second) }
        #expect(repeated(version: 2, at: 4) == nil)
        #expect(repeated(at: 4) == .expired)
    }

    @Test func `another device, another NAS or another password is not refused unlooked at`() {
        for second in [1.0, 2, 3] { refuse(at: second) }
        #expect(repeated(LoginSubject(user: ann.user, mac: 11, nasID: 1), at: 4) == nil)
        #expect(repeated(LoginSubject(user: ann.user, mac: 10, nasID: 2), at: 4) == nil)
        #expect(repeated(LoginSubject(user: ann.user + 4, mac: 10, nasID: 1), at: 4) == nil)
        #expect(repeated(proof: 78, at: 4) == nil)
        #expect(repeated(proof: 0, at: 4) == nil)
    }

    @Test func `a different refusal between them begins a new run`() {
        refuse(at: 1)
        refuse(at: 2)
        refuse(nil, .disabled, at: 3)
        refuse(at: 4)
        refuse(at: 5)
        #expect(repeated(at: 6) == nil)
    }

    @Test(arguments: [
        RejectReason.sessionLimit, .checkFailed, .replyTooLong, .unknownProfile, .profileNotAllowed,
        .tooManyGuesses, .passwordlessNotAllowed,
    ])
    func `a refusal that hangs on what no version covers is never repeated`(_ reason: RejectReason) {
        for second in [1.0, 2, 3, 4] { refuse(nil, reason, at: second) }
        #expect(repeated(at: 5) == nil)
    }

    @Test(arguments: [
        RejectReason.wrongPassword, .unknownUser, .noPassword, .malformedPassword, .methodUnavailable,
    ])
    func `a wrong CHAP password is never repeated, the same wrong PAP password is`(_ reason: RejectReason) {
        for second in [1.0, 2, 3, 4] { refuse(nil, reason, proof: 0, at: second) }
        #expect(repeated(proof: 0, at: 5) == nil)
        for second in [6.0, 7, 8] { refuse(nil, reason, proof: 99, at: second) }
        #expect(repeated(proof: 99, at: 9) == reason)
        #expect(repeated(proof: 98, at: 9) == nil)
    }

    @Test func `an expired account is repeated also to who proves itself by CHAP`() {
        for second in [1.0, 2, 3] { refuse(proof: 0, at: second) }
        #expect(repeated(proof: 0, at: 4) == .expired)
    }

    @Test func `an accepted login ends the run`() {
        for second in [1.0, 2, 3] { refuse(at: second) }
        guarded.accepted(ann, now: 3500)
        #expect(repeated(at: 4) == nil)
    }

    @Test func `switched off, nothing is repeated`() {
        var limits = GuardLimits()
        limits.repeatsAfter = 0
        guarded.set(limits)
        for second in [1.0, 2, 3, 4] { refuse(at: second) }
        #expect(repeated(at: 5) == nil)
    }

    // MARK: Guesses

    private func guess(_ nasID: Int64 = 1, at seconds: Double, _ reason: RejectReason = .wrongPassword) {
        refuse(LoginSubject(user: ann.user, mac: 10, nasID: nasID), reason, proof: 0, at: seconds)
    }

    private func mayGuess(_ nasID: Int64 = 1, at seconds: Double) -> Bool {
        guarded.mayGuess(user: ann.user, nasID: nasID, now: UInt64(seconds * 1000))
    }

    @Test func `after ten wrong passwords in a minute the next is not tried; six seconds give one more`() {
        for _ in 0..<10 {
            #expect(mayGuess(at: 1))
            guess(at: 1)
        }
        #expect(!mayGuess(at: 1))
        #expect(!mayGuess(at: 6.9))
        #expect(mayGuess(at: 7))
        guess(at: 7)
        #expect(!mayGuess(at: 7.1))
        #expect(mayGuess(at: 67))
    }

    @Test func `a guesser at one NAS locks the user out at no other`() {
        for _ in 0..<50 { guess(at: 1) }
        #expect(!mayGuess(at: 2))
        #expect(mayGuess(2, at: 2))
    }

    @Test func `a changing MAC gives no further guesses`() {
        for mac in UInt64(1)...10 {
            refuse(LoginSubject(user: ann.user, mac: mac, nasID: 1), .wrongPassword, proof: 0, at: 1)
        }
        #expect(!mayGuess(at: 1))
    }

    @Test func `names that do not exist are limited like those that do`() {
        for _ in 0..<10 { guess(at: 1, .unknownUser) }
        #expect(!mayGuess(at: 1))
    }

    @Test func `a refusal for another reason is no guess, and neither is being limited`() {
        for second in 1...20 { guess(at: Double(second) / 10, .expired) }
        #expect(mayGuess(at: 3))
        for _ in 0..<10 { guess(at: 3) }
        for second in 4...8 { guess(at: Double(second), .tooManyGuesses) }
        #expect(mayGuess(at: 9))
    }

    @Test func `a right password forgets the wrong ones`() {
        for _ in 0..<9 { guess(at: 1) }
        guarded.accepted(ann, now: 1500)
        for _ in 0..<9 { guess(at: 2) }
        #expect(mayGuess(at: 2))
    }

    @Test func `a flood of other names does not free a guesser`() {
        for _ in 0..<10 { guess(at: 1) }
        for other in UInt64(1)...30_000 {
            refuse(
                LoginSubject(user: LoginSubject.mixed(other), mac: 0, nasID: 1), .wrongPassword, proof: 0, at: 1.5)
        }
        #expect(!mayGuess(at: 2))
    }

    // MARK: Properties

    @Test(arguments: [UInt64(1), 2]) func `with room for all it decides as a dictionary would`(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let guarded = LoginGuard(subjects: 65_536, offenders: 512)
        var runs: [LoginSubject: FailureRun] = [:]
        var now: Tenths = 10_000
        for _ in 0..<50_000 {
            now += Tenths(random.next() % 8)
            let subject = LoginSubject(
                user: LoginSubject.mixed(random.next() % 40), mac: random.next() % 3, nasID: Int64(random.next() % 3))
            let (version, proof) = (random.next() % 2, random.next() % 2 + 1)
            let stamp = FailureRun.stamp(version: version, proof: proof)
            let expected = runs[subject].flatMap { $0.repeats(stamp: stamp, now: now) ? $0.reason : nil }
            let found = guarded.repeated(subject, version: version, proof: proof, now: now.milliseconds)
            #expect(found == expected)
            if found != nil {
                runs[subject]?.last = now
            } else if random.next() % 20 == 0 {
                guarded.accepted(subject, now: now.milliseconds)
                runs[subject] = nil
            } else {
                let reason: RejectReason = random.next() % 2 == 0 ? .expired : .wrongPassword
                "x".withBytes {
                    guarded.refused(
                        subject, reason, version: version, proof: proof, now: now.milliseconds, name: $0)
                }
                runs[subject, default: FailureRun()].add(reason, stamp: stamp, now: now, GuardLimits())
            }
        }
    }
}

extension String {
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Array(utf8).withUnsafeBytes(body)
    }
}
