package import PluginAPI

/// What each source may take of one thread while more comes than it can serve: all the same, and only as little as
/// is needed for the queue to be short. So the one that floods loses, and who asks for less than that loses nothing.
///
/// While the queue is short nothing is counted and nobody is limited, and a source that is alone never is: there is
/// nobody to protect from it. The common limit is found by the queue: half of what the busiest sent when it is long,
/// a quarter of that while it stays so, a twentieth more when it is short, never under `floorPerSecond`.
///
/// One thread owns it; the clock is passed in.
package struct FairShare {
    static let windowMilliseconds: UInt64 = 50
    /// Every source may always take so many datagrams a second.
    static let floorPerSecond = 2000
    static let floor = floorPerSecond * Int(windowMilliseconds) / 1000
    /// How full a queue is that limits begin for, when it is so at the ends of two windows; 1 is full.
    static let crowded = 0.5
    /// At this a limit is too high: much of a queue is what arrives while the thread waits for a processor.
    static let pressing = 0.25
    /// At this a limit may be higher.
    static let relaxed = 0.05
    /// Windows without a refusal until there is no limit any more.
    static let calmWindows = 20
    /// How long after others were last heard a source counts as alone.
    static let aloneMilliseconds: UInt64 = 1000

    package struct Refusal: Sendable, Hashable {
        package var source: IPAddress
        package var count: Int
        /// What it sent, the refused too.
        package var sent: Int
    }

    private enum Mode: Equatable {
        case open
        case counting
        /// Datagrams that a source may send in a window.
        case limiting(Int)
    }

    private var mode = Mode.open
    private var tally: SourceTally
    private var began: UInt64 = 0
    private var received = 0
    private var unknown = 0
    private var refused = 0
    private var calm = 0
    private var sharedAt: UInt64?

    package init(seed: UInt64 = .random(in: 0 ... .max)) { tally = SourceTally(seed: seed) }

    /// Whether `admits` must be asked; while it need not, a datagram costs nothing here.
    package var isCounting: Bool { mode != .open }

    /// Datagrams that each source may send in a window now; nil for any number.
    var limit: Int? { if case .limiting(let limit) = mode { limit } else { nil } }

    /// Counts a datagram of that source; false when it is over its share.
    package mutating func admits(_ source: IPAddress) -> Bool {
        guard let place = tally.add(source) else { return true }
        guard case .limiting(let limit) = mode, tally.count(place) > limit else { return true }
        tally.refuse(place)
        refused += 1
        return false
    }

    /// Looks after each batch whether a window is over, and then at how full the queue is (`fill` is asked only then).
    /// - unknown: how many of the batch were of sources that nobody knows: others than those take care of them.
    /// - now: milliseconds of the monotonic clock.
    /// - Returns: what was refused in the window that ended.
    package mutating func look(
        received: Int, unknown: Int, now: UInt64, fill: () -> Double
    ) -> [Refusal] {
        self.received += received
        self.unknown += unknown
        guard now >= began + FairShare.windowMilliseconds else { return [] }
        // After a pause nothing is left of what was.
        let isStale = now - began > FairShare.aloneMilliseconds
        let refusals = refused > 0 ? tally.refusals : []
        if tally.sources > 1 { sharedAt = now }
        mode = isStale ? .open : next(fill(), now)
        if mode != .open || tally.sources > 0 { tally.turn() }
        (began, self.received, self.unknown, refused) = (now, 0, 0, 0)
        return refusals
    }

    private mutating func next(_ fill: Double, _ now: UInt64) -> Mode {
        switch mode {
        case .open: return fill >= FairShare.crowded ? .counting : .open
        case .counting:
            guard fill >= FairShare.crowded else { return .open }
            // Unknown sources in their thousands are the kernel's to keep out: no NAS is to blame.
            guard isShared(now), unknown * 2 < received else { return .counting }
            calm = 0
            return .limiting(max(FairShare.floor, tally.most / 2))
        case .limiting(let limit):
            calm = refused > 0 ? 0 : calm + 1
            guard isShared(now), calm < FairShare.calmWindows else { return .open }
            if fill >= FairShare.pressing { return .limiting(max(FairShare.floor, limit / 4)) }
            return .limiting(fill <= FairShare.relaxed ? limit + limit / 20 : limit)
        }
    }

    private func isShared(_ now: UInt64) -> Bool { sharedAt.map { now - $0 <= FairShare.aloneMilliseconds } ?? false }
}
