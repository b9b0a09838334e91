import PluginAPI
import RADIUS

// What the gate does about known sources that send more than can be received.
extension FloodGate {
    /// Milliseconds between two lines of the log about it.
    private static let tellEvery: UInt64 = 60_000

    func see(_ batch: DatagramBatch?, _ refusals: [FairShare.Refusal], _ state: inout State) {
        // Of strangers less passes anyway once they are many.
        for refusal in refusals where policy.read({ $0.knows(refusal.source) }) { state.thinning.take(refusal) }
        guard let batch, !state.thinning.isEmpty else { return }
        for index in 0..<batch.count {
            let source = batch.peer(index).address
            if let kept = state.thinning.count(source) { state.split.seeThinned(source, kept: kept) }
        }
    }

    /// Whether other sources are to be thinned than were, or others parts of them.
    func thin(_ state: inout State, _ now: UInt64) -> Bool {
        guard state.thinning.isDue(now), state.thinning.isAwake else { return false }
        let before = Set(state.thinning.entries.keys)
        let isPressed = (endpoint.queue?.fill ?? 0) >= FairShare.crowded
        guard state.thinning.look(isPressed: isPressed, now: now) else { return false }
        let new = Set(state.thinning.entries.keys).subtracting(before)
        if let one = new.first, state.toldAt.map({ now >= $0 + FloodGate.tellEvery }) ?? true {
            state.toldAt = now
            log(
                "\(one) (\(block(one).name)) sends far more to \(endpoint.address) than its share: while it does, the "
                    + "kernel lets in only about as much as it is served")
        }
        return true
    }

    /// The counters of the NAS that has this source.
    func block(_ source: IPAddress) -> NASCounters {
        policy.read { $0.findNAS(source: source, identifier: nil) }?.counters ?? counters.unknown
    }
}
