package import RADIUS

/// What one listener does so that no sender starves the others: strangers are the gate's, which all threads of the
/// socket have; each NAS's share of the thread is the thread's own `FairShare`.
package struct Fairness: Sendable {
    private let endpoint: UDPEndpoint
    private let gate: FloodGate
    private let policy: LivePolicy
    private let counters: Counters
    /// How full what stands behind the socket is: 0 empty, 1 full.
    private let pressure: @Sendable () -> Double

    package init(
        _ endpoint: UDPEndpoint, _ gate: FloodGate, _ policy: LivePolicy, _ counters: Counters,
        pressure: @escaping @Sendable () -> Double
    ) {
        self.endpoint = endpoint
        self.gate = gate
        self.policy = policy
        self.counters = counters
        self.pressure = pressure
    }

    /// Milliseconds that a thread waits at most; nil for any time.
    var patienceMilliseconds: Int32? { gate.isFiltering ? FloodGate.patienceMilliseconds : nil }

    /// Whether a dropped datagram is a stranger's. A packet's form is looked at before its source is, hence the question.
    func isStranger(_ source: SourceAddress, _ reason: DropReason) -> Bool {
        switch reason {
        case .unknownSource, .tooShort, .tooLong, .wrongLength, .wrongAttributeLength, .unexpectedCode:
            gate.isStranger(source)
        default: false
        }
    }

    /// After each batch.
    func look(_ share: inout FairShare, _ batch: DatagramBatch, unknown: Int, drops: UInt32, now: UInt64) {
        gate.look(unknown: unknown, drops: drops, now: now)
        let isFull = batch.count == batch.capacity
        let refusals = share.look(received: batch.count, unknown: unknown, now: now) {
            // A batch that is not full emptied the queue.
            max(isFull ? endpoint.queue?.fill ?? 0 : 0, pressure())
        }
        for refusal in refusals {
            let nas = policy.read { $0.findNAS(source: refusal.source, identifier: nil) }
            let block = nas?.counters ?? counters.unknown
            block.drop(.overShare, by: UInt64(refusal.count))
        }
    }

    /// When nothing came.
    func rest(_ now: UInt64) { gate.look(unknown: 0, drops: 0, now: now) }
}
