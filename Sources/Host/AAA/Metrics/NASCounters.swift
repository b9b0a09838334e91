package import PluginAPI
package import RADIUS
import Synchronization
import Threads

/// What was counted of one NAS: adding takes one relaxed atomic and allocates nothing. Made by `Counters.block`, and
/// kept for the life of the process, also when the NAS is read anew.
package final class NASCounters: Sendable {
    package let nasID: Int64
    private let label: Locked<String>
    private let counts = AtomicArray(count: Place.end)
    private let heardAt = Atomic<Int64>(0)
    private let currentAt = Atomic<Int64>(0)
    private let previousAt = Atomic<Int64>(0)

    init(nasID: Int64, name: String) {
        precondition(Place.fits, "a counted enum has outgrown its place")
        self.nasID = nasID
        label = Locked(name)
    }

    /// The NAS's name as of now; empty for packets of which no NAS is known.
    package var name: String { label.withLock { $0 } }

    func rename(_ name: String) { label.withLock { $0 = name } }

    package func request(_ code: PacketCode) {
        switch code {
        case .accessRequest: counts.add(at: Place.requests)
        case .accountingRequest: counts.add(at: Place.requests + 1)
        case .statusServer: counts.add(at: Place.requests + 2)
        default: counts.add(at: Place.requests + 3)
        }
    }

    package func accept(_ method: PasswordMethod) { counts.add(at: Place.accepts + ordinal(method)) }

    package func reject(_ reason: RejectReason) { counts.add(at: Place.rejects + ordinal(reason)) }

    package func drop(_ reason: DropReason, by count: UInt64 = 1) {
        counts.add(count, at: Place.drops + ordinal(reason))
    }

    /// A repetition was answered with the kept reply.
    package func duplicateResent() { counts.add(at: Place.duplicates) }

    package func accounting(_ status: AccountingRecord.Status) {
        switch status {
        case .start: counts.add(at: Place.accounting)
        case .interim: counts.add(at: Place.accounting + 1)
        case .stop: counts.add(at: Place.accounting + 2)
        case .on: counts.add(at: Place.accounting + 3)
        case .off: counts.add(at: Place.accounting + 4)
        }
    }

    /// A login of a device that was known by its MAC, without a password.
    package func macLogin() { counts.add(at: Place.deviceLogins) }

    /// A login that was known by its access line.
    package func lineLogin() { counts.add(at: Place.deviceLogins + 1) }

    /// A service profile was asked for by name.
    package func profile(isKnown: Bool) { counts.add(at: Place.profiles + (isKnown ? 0 : 1)) }

    /// A decided login that has no row of its own in `radius_logs`; nil is an accept. Only ever grows.
    func unlogged(_ reason: RejectReason?, by count: UInt64 = 1) {
        counts.add(count, at: Place.unlogged + LoginOutcome.place(reason))
    }

    /// A verified packet came. `second` is of the wall clock, since 1970.
    package func heard(_ second: Int64) {
        if heardAt.load(ordering: .relaxed) != second { heardAt.store(second, ordering: .relaxed) }
    }

    /// A packet came that proved which secret its NAS has: the current one, or that which is being rotated out.
    package func proved(current isCurrent: Bool, _ second: Int64) {
        if isCurrent {
            if currentAt.load(ordering: .relaxed) != second { currentAt.store(second, ordering: .relaxed) }
        } else {
            previousAt.store(second, ordering: .relaxed)
        }
    }

    /// When the current secret was last proved, and the one before it; 0 for never.
    package var lastCurrent: Int64 { currentAt.load(ordering: .relaxed) }
    package var lastPrevious: Int64 { previousAt.load(ordering: .relaxed) }

    /// When the last verified packet came; 0 for never.
    package var lastHeard: Int64 { heardAt.load(ordering: .relaxed) }

    /// Where each kind of count begins.
    enum Place {
        static let requests = 0
        static let accounting = 4
        static let duplicates = 9
        static let deviceLogins = 10
        static let profiles = 12
        static let accepts = 16
        static let rejects = 24
        static let drops = 64
        static let unlogged = 96
        static let end = 137

        static var fits: Bool {
            PasswordMethod.allCases.count <= rejects - accepts && RejectReason.allCases.count < drops - rejects
                && DropReason.allCases.count <= unlogged - drops
        }
    }

    /// Every count as of now, by place.
    var values: [UInt64] { (0..<Place.end).map { counts.load($0) } }
}

/// Accept, or one of the reasons of a reject, as a number.
enum LoginOutcome {
    static func place(_ reason: RejectReason?) -> Int { reason.map { ordinal($0) + 1 } ?? 0 }

    static let all: [RejectReason?] = [nil] + RejectReason.allCases.map(Optional.some)
}
