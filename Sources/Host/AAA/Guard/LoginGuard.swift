import Synchronization
import Threads

/// Keeps devices that redial every second, and guessers, from costing more than they must: identical refusals are
/// repeated without looking, wrong passwords are limited, and whoever is refused most is known by name.
///
/// Fixed in size, and nothing is allocated after it was made. Each call holds one lock for a few lines, and none at all
/// for who was not refused lately. Time is passed in, as milliseconds of a clock that never goes back.
package final class LoginGuard: Sendable {
    private struct Shard: ~Copyable, Sendable {
        let runs: BucketTable<FailureRun>
        let guesses: BucketTable<GuessBucket>
        let offenders: OffenderTable

        init(subjects: Int, offenders: Int) {
            runs = BucketTable(capacity: subjects)
            guesses = BucketTable(capacity: subjects)
            self.offenders = OffenderTable(capacity: offenders)
        }
    }

    private final class Box: Sendable {
        let shard: Locked<Shard>
        init(subjects: Int, offenders: Int) { shard = Locked(Shard(subjects: subjects, offenders: offenders)) }
    }

    private static let shardCount = 16
    private let shards: [Box]
    private let filter = GuardFilter()
    private let limits: Locked<GuardLimits>

    /// The proof of a request that carries no password.
    package static let noPassword: UInt64 = 1

    /// - Parameters:
    ///   - subjects: remembered at once; 48 bytes each, taken from the system when first used.
    ///   - offenders: counted at once; 160 bytes each.
    package init(subjects: Int = 1 << 20, offenders: Int = 8192, limits: GuardLimits = GuardLimits()) {
        self.limits = Locked(limits)
        shards = (0..<LoginGuard.shardCount).map { _ in
            Box(subjects: subjects / LoginGuard.shardCount, offenders: offenders / LoginGuard.shardCount)
        }
    }

    /// Hash of a name or a password under a key that each process makes for itself: nobody can choose bytes that meet in
    /// one place. Never 0, nor `noPassword`.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return UInt64(bitPattern: Int64(hasher.finalize())) | 2
    }

    package func set(_ limits: GuardLimits) { self.limits.withLock { $0 = limits } }
}

// MARK: - Before a login is decided

extension LoginGuard {
    /// False when `repeated` and `mayGuess` have nothing to say: the case of nearly every login.
    package func watches(_ subject: LoginSubject, now: UInt64) -> Bool {
        let now = Tenths(milliseconds: now)
        return filter.matters(subject.key, now: now) || filter.matters(subject.guessKey, now: now)
    }

    /// The refusal to give again without looking: as many identical ones have been within the window. nil when the login
    /// must be decided.
    ///
    /// - Parameters:
    ///   - version: of all that a decision hangs on, mixed: the subscriber's record, the policy, what else of the request
    ///     leads to the subscriber. Another one never matches, so a change of the subscriber is seen at once.
    ///   - proof: `hash` of the password that was tried; `noPassword`; 0 where no two proofs compare (CHAP, MS-CHAP).
    package func repeated(_ subject: LoginSubject, version: UInt64, proof: UInt64, now: UInt64) -> RejectReason? {
        let (key, now) = (subject.key, Tenths(milliseconds: now))
        guard filter.matters(key, now: now) else { return nil }
        return box(subject).shard.withLock { shard in
            guard let place = shard.runs.find(key),
                shard.runs.at(place).pointee.repeats(stamp: FailureRun.stamp(version: version, proof: proof), now: now)
            else { return nil }
            shard.runs.at(place).pointee.last = now
            let reason = shard.runs.at(place).pointee.reason
            shard.offenders.noteAgain(subject, reason, now: now)
            return reason
        }
    }

    /// Whether a password may be tried. When not, the refusal is `.tooManyGuesses`, be the password right or wrong:
    /// otherwise the guesser would learn which.
    package func mayGuess(user: UInt64, nasID: Int64, now: UInt64) -> Bool {
        let subject = LoginSubject(user: user, mac: 0, nasID: nasID)
        let (key, now) = (subject.guessKey, Tenths(milliseconds: now))
        guard filter.matters(key, now: now) else { return true }
        let perMinute = limits.withLock { $0.guessesPerMinute }
        return box(subject).shard.withLock { shard in
            guard let place = shard.guesses.find(key) else { return true }
            return shard.guesses.at(place).pointee.allows(now: now, perMinute: perMinute)
        }
    }
}

// MARK: - After it was decided

extension LoginGuard {
    /// A login was looked at and refused; not for those that `repeated` answered.
    ///
    /// - Parameter name: as sent, for the list of offenders.
    package func refused(
        _ subject: LoginSubject, _ reason: RejectReason, version: UInt64, proof: UInt64, now: UInt64,
        name: UnsafeRawBufferPointer
    ) {
        let now = Tenths(milliseconds: now)
        let limits = limits.withLock { $0 }
        box(subject).shard.withLock { shard in
            shard.offenders.note(subject, reason, name: name, now: now)
            if reason.isGuess { LoginGuard.spend(subject.guessKey, now, limits, &shard, filter) }
            let compares = reason.repetition == .always || (reason.repetition == .samePassword && proof != 0)
            guard compares, limits.repeatsAfter > 0 else { return }
            let place = shard.runs.place(for: subject.key, now: now)
            if shard.runs.at(place).pointee.key != subject.key {
                shard.runs.at(place).pointee = FailureRun(key: subject.key)
            }
            let stamp = FailureRun.stamp(version: version, proof: proof)
            shard.runs.at(place).pointee.add(reason, stamp: stamp, now: now, limits)
            filter.raise(
                subject.key,
                until: max(shard.runs.at(place).pointee.until, now &+ Tenths(seconds: limits.windowSeconds)))
        }
    }

    private static func spend(
        _ key: UInt64, _ now: Tenths, _ limits: GuardLimits, _ shard: inout Shard, _ filter: GuardFilter
    ) {
        guard limits.guessesPerMinute > 0 else { return }
        let place = shard.guesses.place(for: key, now: now)
        if shard.guesses.at(place).pointee.key != key { shard.guesses.at(place).pointee = GuessBucket(key: key) }
        shard.guesses.at(place).pointee.add(now: now, perMinute: limits.guessesPerMinute)
        filter.raise(key, until: shard.guesses.at(place).pointee.emptyAt)
    }

    /// A login was accepted: the run of refusals is over, and wrong passwords are forgotten.
    package func accepted(_ subject: LoginSubject, now: UInt64) {
        let now = Tenths(milliseconds: now)
        guard filter.matters(subject.key, now: now) || filter.matters(subject.guessKey, now: now) else { return }
        box(subject).shard.withLock { shard in
            if let place = shard.runs.find(subject.key) { shard.runs.remove(place) }
            if let place = shard.guesses.find(subject.guessKey) { shard.guesses.remove(place) }
        }
    }

    /// Those with the most refusals of the last hour, most first.
    package func offenders(top: Int, now: UInt64) -> [Offender] {
        let now = Tenths(milliseconds: now)
        var all: [Offender] = []
        for box in shards { all += box.shard.withLock { $0.offenders.all(now: now) } }
        all.sort { ($0.count, $0.last) > ($1.count, $1.last) }
        return Array(all.prefix(max(0, top)))
    }

    private func box(_ subject: LoginSubject) -> Box { shards[Int(subject.user >> 8) & (LoginGuard.shardCount - 1)] }
}
