package import RADIUS
import Threads

/// Replies that wait to be sent from one endpoint, gathered so that a batch goes out with few system calls.
package final class Outbox: Sendable {
    private struct Letter: Sendable {
        let bytes: [UInt8]
        let peer: SourceAddress
        let local: SourceAddress
    }

    private let endpoint: UDPEndpoint
    private let letters = Locked<[Letter]>([])

    package init(_ endpoint: UDPEndpoint) { self.endpoint = endpoint }

    package func add(_ bytes: [UInt8], to peer: SourceAddress, from local: SourceAddress) {
        letters.withLock { $0.append(Letter(bytes: bytes, peer: peer, local: local)) }
    }

    /// Sends all that waits; how many the kernel refused.
    package func flush(_ batch: DatagramBatch) -> Int {
        let waiting = letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
        var failed = 0
        for letter in waiting {
            if batch.nextBuffer == nil { failed += endpoint.send(batch) }
            guard let room = batch.nextBuffer else { continue }
            letter.bytes.withUnsafeBytes { room.copyMemory(from: $0) }
            batch.append(length: letter.bytes.count, to: letter.peer, from: letter.local)
        }
        return failed + endpoint.send(batch)
    }
}
