import PluginAPI
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

    /// Sends all that waits, what goes to one peer together; how many the kernel refused.
    package func flush(_ batch: DatagramBatch) -> Int {
        let waiting = letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
        var failed = 0
        for index in Outbox.byPeer(waiting) {
            if batch.nextBuffer == nil { failed += endpoint.send(batch) }
            guard let room = batch.nextBuffer else { continue }
            let letter = waiting[index]
            letter.bytes.withUnsafeBytes { room.copyMemory(from: $0) }
            batch.append(length: letter.bytes.count, to: letter.peer, from: letter.local)
        }
        return failed + endpoint.send(batch)
    }

    private static func byPeer(_ letters: [Letter]) -> [Int] {
        struct Place {
            let low: UInt64
            let port: UInt16
            let length: Int
            let index: Int
        }
        var places = letters.indices.map {
            Place(
                low: letters[$0].peer.address.low, port: letters[$0].peer.port, length: letters[$0].bytes.count,
                index: $0)
        }
        places.sort { ($0.low, $0.port, $0.length, $0.index) < ($1.low, $1.port, $1.length, $1.index) }
        return places.map(\.index)
    }
}
