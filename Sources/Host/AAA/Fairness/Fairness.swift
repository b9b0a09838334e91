package import RADIUS

/// What one listener does so that no sender starves the others: strangers are the gate's, which all threads of the
/// socket have; each NAS's share of the thread is the thread's own `FairShare`, and what is refused of it again and
/// again the gate keeps out of the queue.
package struct Fairness: Sendable {
    private let endpoint: UDPEndpoint
    private let gate: FloodGate
    /// How full what stands behind the socket is: 0 empty, 1 full.
    private let pressure: @Sendable () -> Double

    package init(
        _ endpoint: UDPEndpoint, _ gate: FloodGate, pressure: @escaping @Sendable () -> Double
    ) {
        self.endpoint = endpoint
        self.gate = gate
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
    func look(_ share: inout FairShare, _ batch: DatagramBatch, unknown: Int, drops: UInt32?, now: UInt64) {
        let isFull = batch.count == batch.capacity
        let refusals = share.look(received: batch.count, unknown: unknown, now: now) {
            // A batch that is not full emptied the queue.
            max(isFull ? endpoint.queue?.fill ?? 0 : 0, pressure())
        }
        for refusal in refusals { gate.block(refusal.source).drop(.overShare, by: UInt64(refusal.count)) }
        gate.look(batch, unknown: unknown, refusals: refusals, drops: drops, now: now)
    }

    /// When nothing came.
    func rest(_ now: UInt64) { gate.look(unknown: 0, drops: nil, now: now) }
}
