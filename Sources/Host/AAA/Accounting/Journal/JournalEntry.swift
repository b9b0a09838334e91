package import PluginAPI

/// One accepted Accounting-Request as the journal keeps it: the packet itself, whose it is and when it came, and what
/// was known of its session then. Read again it makes the same change as at first.
package struct JournalEntry: Sendable, Hashable {
    package var nasID: Int64
    package var source: IPAddress
    /// Seconds since 1970.
    package var arrival: Int64
    package var packet: [UInt8]
    /// nil in journals of earlier versions, and for what is of no session.
    package var facts: SessionFacts?

    package init(nasID: Int64, source: IPAddress, arrival: Int64, packet: [UInt8], facts: SessionFacts? = nil) {
        self.nasID = nasID
        self.source = source
        self.arrival = arrival
        self.packet = packet
        self.facts = facts
    }

    /// The address' length, which is 4 or 16, has this added when facts follow the packet.
    private static let factsFollow: UInt8 = 0x80

    package func append(to bytes: inout [UInt8]) {
        bytes.appendBig(UInt64(bitPattern: nasID), bytes: 8)
        bytes.appendBig(UInt64(bitPattern: arrival), bytes: 8)
        bytes.append((source.isIPv4 ? 4 : 16) | (facts == nil ? 0 : JournalEntry.factsFollow))
        bytes.append(address: source)
        bytes.appendBig(UInt64(packet.count), bytes: 2)
        bytes.append(contentsOf: packet)
        facts?.append(to: &bytes)
    }

    /// Reads one from the front; nil when the bytes end too soon or make no sense.
    init?(_ bytes: inout ArraySlice<UInt8>) {
        guard let nas = bytes.takeBig(8), let arrival = bytes.takeBig(8), let width = bytes.takeBig(1),
            let address = bytes.take(Int(width) & 0x7F).flatMap({ IPAddress(bytes: $0) }),
            let size = bytes.takeBig(2), let packet = bytes.take(Int(size))
        else { return nil }
        self.init(
            nasID: Int64(bitPattern: nas), source: address, arrival: Int64(bitPattern: arrival), packet: Array(packet))
        guard UInt8(width) & JournalEntry.factsFollow != 0 else { return }
        guard let facts = SessionFacts(&bytes) else { return nil }
        self.facts = facts
    }

    /// The entries of a batch's body; nil when it is not made of whole entries.
    package static func all(_ body: [UInt8]) -> [JournalEntry]? {
        var rest = body[...]
        var entries: [JournalEntry] = []
        while !rest.isEmpty {
            guard let entry = JournalEntry(&rest) else { return nil }
            entries.append(entry)
        }
        return entries
    }
}
