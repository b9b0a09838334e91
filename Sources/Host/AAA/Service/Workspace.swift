import RADIUS

/// The memory that one thread works in: nothing is allocated for a packet.
package final class Workspace {
    /// Where a reply is written; `PacketView.maximumLength` bytes. Its own, or where the reply is sent from.
    @exclusivity(unchecked) package var reply: UnsafeMutableRawBufferPointer
    /// Where a subscriber's record is copied to; `SubscriberRecord.maximumLength` bytes.
    package let record: UnsafeMutableRawBufferPointer

    private let own: UnsafeMutableRawBufferPointer

    package init() {
        own = .allocate(byteCount: PacketView.maximumLength, alignment: 16)
        reply = own
        record = .allocate(byteCount: SubscriberRecord.maximumLength, alignment: 16)
    }

    deinit {
        own.deallocate()
        record.deallocate()
    }
}
