package import RADIUS

/// A datagram and its surroundings. Every transport hands the services the same.
package struct Exchange {
    package var bytes: UnsafeRawBufferPointer
    package var peer: SourceAddress
    package var local: SourceAddress
    package var now: Moment

    package init(bytes: UnsafeRawBufferPointer, peer: SourceAddress, local: SourceAddress, now: Moment) {
        self.bytes = bytes
        self.peer = peer
        self.local = local
        self.now = now
    }
}

/// What becomes of a datagram: the whole contract of the services with whatever carries packets.
package enum Outcome: Sendable {
    /// Send the first so many bytes of the workspace's reply back.
    case reply(Int)
    /// The same, so many milliseconds later: an Access-Reject.
    case later(Int, milliseconds: UInt64)
    /// Say nothing; the reason is counted.
    case drop(DropReason)
    /// The answer comes later, when the record is durable.
    case parked
}

extension Outcome {
    /// Bytes of the reply, if there is one.
    package var length: Int? {
        switch self {
        case .reply(let length), .later(let length, _): length
        case .drop, .parked: nil
        }
    }
}
