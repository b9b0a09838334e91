import RADIUS

/// The memory that one thread works in: nothing is allocated for a packet.
package final class Workspace {
    /// Where a reply is written; `PacketView.maximumLength` bytes.
    package let reply: UnsafeMutableRawBufferPointer
    /// Where a subscriber's record is copied to; `SubscriberRecord.maximumLength` bytes.
    package let record: UnsafeMutableRawBufferPointer

    package init() {
        reply = .allocate(byteCount: PacketView.maximumLength, alignment: 16)
        record = .allocate(byteCount: SubscriberRecord.maximumLength, alignment: 16)
    }

    deinit {
        reply.deallocate()
        record.deallocate()
    }
}
