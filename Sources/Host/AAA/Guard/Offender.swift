package import PluginAPI

/// Who is refused again and again.
package struct Offender: Sendable, Hashable {
    /// The User-Name as sent, at most 64 bytes of it.
    package var name: String
    package var mac: MACAddress?
    package var nasID: Int64
    /// Of the last refusal.
    package var reason: RejectReason
    /// Refusals within the last hour, at least.
    package var count: UInt64
    /// How many more there may have been: counted for whoever had this place before.
    package var uncertain: UInt64
    /// Milliseconds of the clock that was passed in.
    package var first: UInt64
    package var last: UInt64
}

/// An Offender as the table has it. Refusals are counted by ten minutes, so that an old storm is forgotten.
struct OffenderEntry: BucketEntry {
    static let binCount = 6
    static let nameRoom = 64

    var key: UInt64 = 0
    var mac: UInt64 = 0
    var nasID: Int64 = 0
    /// Six of them are used.
    private var bins = SIMD8<UInt32>()
    /// The newest bin, counted from the clock's beginning.
    private var bin: UInt32 = 0
    /// What the one that was displaced had (space-saving, Metwally 2005): an upper bound of what was missed.
    private(set) var inherited: UInt64 = 0
    private var inheritedBin: UInt32 = 0
    var first: Tenths = 0
    var last: Tenths = 0
    var reason: RejectReason = .unknownUser
    var nameLength: UInt8 = 0

    init(_ subject: LoginSubject, now: Tenths, inherited: UInt64) {
        key = subject.key
        mac = subject.mac
        nasID = subject.nasID
        bin = OffenderEntry.bin(now)
        self.inherited = inherited
        inheritedBin = bin
        first = now
        last = now
    }

    func worth(at now: Tenths) -> UInt64 { count(at: now) + uncertain(at: now) }

    /// Within the last hour, give or take ten minutes.
    func count(at now: Tenths) -> UInt64 {
        let age = OffenderEntry.bin(now) &- bin
        guard age < UInt32(OffenderEntry.binCount) else { return 0 }
        var sum: UInt64 = 0
        for back in 0..<(UInt32(OffenderEntry.binCount) - age) { sum += UInt64(bins[OffenderEntry.slot(bin &- back)]) }
        return sum
    }

    func uncertain(at now: Tenths) -> UInt64 {
        OffenderEntry.bin(now) &- inheritedBin < UInt32(OffenderEntry.binCount) ? inherited : 0
    }

    mutating func add(_ reason: RejectReason, now: Tenths) {
        let current = OffenderEntry.bin(now)
        if count(at: now) == 0 { first = now }
        for step in 0..<min(current &- bin, UInt32(OffenderEntry.binCount)) {
            bins[OffenderEntry.slot(current &- step)] = 0
        }
        bin = current
        bins[OffenderEntry.slot(current)] &+= 1
        self.reason = reason
        last = now
    }

    /// Not counted from 0, so that the bins before the first are numbers too.
    private static func bin(_ now: Tenths) -> UInt32 { now / Tenths(seconds: 600) + UInt32(binCount) }

    private static func slot(_ bin: UInt32) -> Int { Int(bin % UInt32(binCount)) }
}
