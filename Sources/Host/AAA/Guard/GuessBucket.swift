/// Wrong passwords of one user at one NAS, as a leaking bucket: each fills it by its share of a minute, and it leaks all
/// the time. One number says how full it is: when it will be empty.
struct GuessBucket: BucketEntry {
    var key: UInt64 = 0
    var emptyAt: Tenths = 0

    /// The one that is fullest is the last to be forgotten: a flood of other names does not free a guesser.
    func worth(at now: Tenths) -> UInt64 { emptyAt > now ? UInt64(emptyAt - now) : 0 }

    /// Whether one more guess is let through.
    func allows(now: Tenths, perMinute: UInt16) -> Bool {
        guard perMinute > 0, emptyAt > now else { return true }
        return Tenths(emptyAt - now) <= Tenths(seconds: 60) - GuessBucket.share(perMinute)
    }

    mutating func add(now: Tenths, perMinute: UInt16) {
        guard perMinute > 0 else { return }
        let most = now &+ Tenths(seconds: 60)
        emptyAt = min(most, max(emptyAt, now) &+ GuessBucket.share(perMinute))
    }

    private static func share(_ perMinute: UInt16) -> Tenths { max(1, Tenths(seconds: 60) / Tenths(perMinute)) }
}
