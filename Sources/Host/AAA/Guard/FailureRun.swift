/// Identical refusals of one subject, one after the other.
struct FailureRun: BucketEntry {
    var key: UInt64 = 0
    /// What the refusals hung on: version and proof, mixed.
    var stamp: UInt64 = 0
    var first: Tenths = 0
    /// The last one, repeated answers among them.
    var last: Tenths = 0
    /// Until then the answer is repeated.
    var until: Tenths = 0
    var count: UInt8 = 0
    var reason: RejectReason = .unknownUser

    func worth(at now: Tenths) -> UInt64 { UInt64(last) }

    static func stamp(version: UInt64, proof: UInt64) -> UInt64 {
        LoginSubject.mixed(version &+ LoginSubject.mixed(proof &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// The answer to be repeated; nil when the login must be decided.
    func repeats(stamp: UInt64, now: Tenths) -> Bool { self.stamp == stamp && now < until }

    /// Takes one more refusal. A different one, or one after a pause, begins a new run.
    mutating func add(_ reason: RejectReason, stamp: UInt64, now: Tenths, _ limits: GuardLimits) {
        let window = Tenths(seconds: limits.windowSeconds)
        let goesOn = stamp == self.stamp && reason == self.reason && now &- last <= window
        // Once known as one that repeats itself, it stays so until it pauses.
        let isKnown = count >= limits.repeatsAfter
        if goesOn, isKnown || now &- first <= window {
            count = count == .max ? .max : count + 1
        } else {
            self.stamp = stamp
            self.reason = reason
            first = now
            count = 1
        }
        last = now
        let isReached = limits.repeatsAfter > 0 && count >= limits.repeatsAfter
        until = isReached ? now &+ Tenths(seconds: limits.repeatSeconds) : now
    }
}
