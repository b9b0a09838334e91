import CSystem

/// Up to 64 datagrams with the buffers that they lie in; owned by one thread. A batch is received into, or filled and
/// sent.
package final class DatagramBatch {
    package let capacity: Int
    /// Bytes of each buffer. One more than the longest packet, so that a longer one is seen to be.
    package static let bufferSize = 4097
    /// How many of the datagrams count.
    @exclusivity(unchecked) package var count = 0
    /// Where all of a received batch were sent to; nil when each of them tells.
    var bound: SourceAddress?
    let batch: OpaquePointer
    private let datagrams: UnsafeMutablePointer<tk_datagram>

    package init(capacity: Int = 64) {
        self.capacity = capacity
        guard let batch = tk_udp_batch_new(UInt32(capacity), UInt32(DatagramBatch.bufferSize)) else {
            fatalError("no memory for a batch of \(capacity) datagrams")
        }
        self.batch = batch
        datagrams = tk_udp_batch_datagrams(batch)
    }

    deinit { tk_udp_batch_free(batch) }

    /// The bytes of a received datagram, valid until the batch is used again.
    package func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        precondition(index < count, "a batch has \(count) datagrams")
        return UnsafeRawBufferPointer(start: datagrams[index].bytes, count: Int(datagrams[index].length))
    }

    /// Who sent a received datagram.
    package func peer(_ index: Int) -> SourceAddress { SourceAddress(datagrams[index].peer) }

    /// The address that a received datagram was sent to; its port is not filled in.
    package func local(_ index: Int) -> SourceAddress { bound ?? SourceAddress(datagrams[index].local) }

    /// Room of 4096 bytes for the next datagram to be sent; nil when the batch is full.
    package var nextBuffer: UnsafeMutableRawBufferPointer? {
        guard count < capacity else { return nil }
        return UnsafeMutableRawBufferPointer(start: datagrams[count].bytes, count: DatagramBatch.bufferSize - 1)
    }

    /// Adds what was written to `nextBuffer`: to the sender of the request, from the address that it asked.
    package func append(length: Int, to peer: SourceAddress, from local: SourceAddress?) {
        precondition(count < capacity && length < DatagramBatch.bufferSize, "the batch is full")
        datagrams[count].length = UInt32(length)
        datagrams[count].peer = peer.endpoint
        datagrams[count].local = local?.endpoint ?? tk_endpoint()
        count += 1
    }
}
