package import PluginAPI

/// One accepted Accounting-Request as the journal keeps it: the packet itself, whose it is and when it came. Read again
/// it takes the same way as at first.
package struct JournalEntry: Sendable, Hashable {
    package var nasID: Int64
    package var source: IPAddress
    /// Seconds since 1970.
    package var arrival: Int64
    package var packet: [UInt8]

    package init(nasID: Int64, source: IPAddress, arrival: Int64, packet: [UInt8]) {
        self.nasID = nasID
        self.source = source
        self.arrival = arrival
        self.packet = packet
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendBig(UInt64(bitPattern: nasID), bytes: 8)
        bytes.appendBig(UInt64(bitPattern: arrival), bytes: 8)
        let address = source.bytes
        bytes.append(UInt8(address.count))
        bytes += address
        bytes.appendBig(UInt64(packet.count), bytes: 2)
        bytes += packet
    }

    /// Reads one from the front; nil when the bytes end too soon.
    init?(_ bytes: inout ArraySlice<UInt8>) {
        guard let nas = bytes.takeBig(8), let arrival = bytes.takeBig(8), let width = bytes.takeBig(1),
            let address = bytes.take(Int(width)).flatMap({ IPAddress(bytes: $0) }), let size = bytes.takeBig(2),
            let packet = bytes.take(Int(size))
        else { return nil }
        self.init(
            nasID: Int64(bitPattern: nas), source: address, arrival: Int64(bitPattern: arrival), packet: Array(packet))
    }
}

extension Array<UInt8> {
    mutating func appendBig(_ value: UInt64, bytes: Int) {
        for index in stride(from: bytes - 1, through: 0, by: -1) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8)))
        }
    }
}

extension ArraySlice<UInt8> {
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= self.count else { return nil }
        defer { self = dropFirst(count) }
        return prefix(count)
    }

    mutating func takeBig(_ count: Int) -> UInt64? { take(count)?.reduce(0) { $0 << 8 | UInt64($1) } }
}
