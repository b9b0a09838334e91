/// Which logins get a row of their own: all of them up to a rate of accepts and of rejects a second, beyond it the first
/// of each reason in each second and then one in a hundred. Takes the time; keeps no lock.
struct LoginSampler: ~Copyable {
    static let oneIn: UInt64 = 100
    private static let outcomes = LoginOutcome.all.count
    /// Two numbers for accepts and two for rejects (second, logins in it), then for each outcome the second that it was
    /// last sampled in, how many came beyond the rate, and how many were left out since its last row.
    private static let windows = 0
    private static let sampledAt = 4
    private static let beyond = sampledAt + outcomes
    private static let leftOut = beyond + outcomes
    private let state = AtomicArray(count: leftOut + outcomes)

    /// The row's weight: how many logins of its outcome and reason it stands for; nil when it gets no row.
    /// - second: of the wall clock. A clock that is set back begins a new second.
    func weight(_ reason: RejectReason?, second: Int64, rate: Int) -> UInt32? {
        let window = LoginSampler.windows + (reason == nil ? 0 : 2)
        let stamp = UInt64(bitPattern: second)
        if state.load(window) != stamp, state.exchange(stamp, at: window) != stamp { state.store(0, at: window + 1) }
        let outcome = LoginOutcome.place(reason)
        let place = LoginSampler.leftOut + outcome
        if state.fetchAdd(1, at: window + 1) < UInt64(rate) || isSample(outcome, stamp) {
            let leftOut = state.load(place) == 0 ? 0 : state.take(place)
            return UInt32(clamping: 1 + leftOut)
        }
        state.add(at: place)
        return nil
    }

    /// A row of this weight found no room after all: the next one stands for its logins too.
    func giveBack(_ weight: UInt32, _ reason: RejectReason?) {
        state.add(UInt64(weight), at: LoginSampler.leftOut + LoginOutcome.place(reason))
    }

    private func isSample(_ outcome: Int, _ stamp: UInt64) -> Bool {
        let place = LoginSampler.sampledAt + outcome
        if state.load(place) != stamp, state.exchange(stamp, at: place) != stamp { return true }
        return state.fetchAdd(1, at: LoginSampler.beyond + outcome) % LoginSampler.oneIn == 0
    }
}
