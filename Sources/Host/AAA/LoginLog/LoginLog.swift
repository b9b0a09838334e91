import Synchronization

/// Takes the decided logins of all threads for `radius_logs`: no lock, no allocation, and a bounded amount of memory.
/// What gets no row is counted in its NAS's block, so that rows and counts together are all logins.
package final class LoginLog: Sendable {
    /// Accepts, and rejects, a second that each get a row.
    package static let usualRate = 2000
    package static let usualCapacity = 32_768

    let ring: LoginRing
    private let sampler = LoginSampler()
    private let rateNow: Atomic<Int>
    private let overflown = Atomic<UInt64>(0)

    package init(capacity: Int = LoginLog.usualCapacity, rate: Int = LoginLog.usualRate) {
        ring = LoginRing(capacity: capacity)
        rateNow = Atomic(rate)
    }

    /// Rows a second, of accepts and of rejects each; with 0 nothing is logged and nothing counted as left out.
    package var rate: Int {
        get { rateNow.load(ordering: .relaxed) }
        set { rateNow.store(max(0, newValue), ordering: .relaxed) }
    }

    /// Logins that wait for the writer.
    package var waiting: Int { ring.count }

    /// Logins that got no row because there was no room, or because the writer had to give them up.
    package var overflow: UInt64 { overflown.load(ordering: .relaxed) }

    /// Notes one login. `name` is as the request had it, up to 253 bytes; `detail` is cut after 96. Never waits.
    package func note(
        _ note: LoginNote, nas: NASCounters, name: UnsafeRawBufferPointer, detail: UnsafeRawBufferPointer
    ) {
        let rate = rate
        guard rate > 0 else { return }
        guard let weight = sampler.weight(note.reason, second: note.at / 1_000_000, rate: rate) else {
            return nas.unlogged(note.reason)
        }
        let header = LoginRing.Header(note: note, nasID: nas.nasID, weight: weight, nameLength: 0, detailLength: 0)
        if ring.put(header, name: name, detail: detail) { return }
        sampler.giveBack(weight, note.reason)
        nas.unlogged(note.reason)
        countOverflow(1)
    }

    package func note(_ note: LoginNote, nas: NASCounters, name: UnsafeRawBufferPointer, detail: StaticString = "") {
        self.note(
            note, nas: nas, name: name,
            detail: UnsafeRawBufferPointer(start: detail.utf8Start, count: detail.utf8CodeUnitCount))
    }

    func countOverflow(_ count: Int) { overflown.wrappingAdd(UInt64(count), ordering: .relaxed) }
}
