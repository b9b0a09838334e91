import PluginAPI
import RADIUS

/// Logins as the binary form of PostgreSQL's COPY takes them: encoded straight from the ring, a row after the other.
struct LoginRows {
    /// Rows of one NAS and outcome in a minute: what to count when they can't be written after all.
    struct Tally: Hashable {
        var nasID: Int64
        var reason: RejectReason?
    }

    static let copy = """
        COPY radius_logs (at, username, subscriber_id, nas_id, nas_ip, mac, outcome, reason, method, microseconds, detail,
                          weight) FROM STDIN (FORMAT binary)
        """
    private static let start: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    private static let columns: UInt16 = 12
    private static let methods = PasswordMethod.allCases.map { Array($0.rawValue.utf8) }
    private static let reasons = RejectReason.allCases.map { Array($0.rawValue.utf8) }
    private static let accept = Array("accept".utf8)
    private static let reject = Array("reject".utf8)
    /// Microseconds from 1970 to 2000, where PostgreSQL's time begins.
    private static let epoch: Int64 = 946_684_800_000_000

    private(set) var bytes: [UInt8] = LoginRows.start
    private(set) var count = 0
    private(set) var tallies: [Tally: UInt64] = [:]

    /// The rows with COPY's end mark.
    var finished: [UInt8] { bytes + [0xFF, 0xFF] }

    mutating func append(_ entry: LoginRing.Entry) {
        let header = entry.header
        let note = header.note
        bytes.network(LoginRows.columns)
        number(note.at - LoginRows.epoch)
        text(entry.name)
        if note.subscriberID == 0 { none() } else { number(note.subscriberID) }
        number(header.nasID)
        address(note.nasAddress)
        if let mac = note.mac { digits(mac) } else { none() }
        field(note.reason == nil ? LoginRows.accept : LoginRows.reject)
        if let reason = note.reason { field(LoginRows.reasons[ordinal(reason)]) } else { none() }
        field(LoginRows.methods[ordinal(note.method)])
        number(note.microseconds)
        text(entry.detail)
        bytes.network(UInt32(4))
        bytes.network(Int32(clamping: header.weight))
        count += 1
        tallies[Tally(nasID: header.nasID, reason: note.reason), default: 0] += 1
    }

    private mutating func none() { bytes.network(Int32(-1)) }

    private mutating func number(_ value: Int64) {
        bytes.network(UInt32(8))
        bytes.network(value)
    }

    private mutating func field(_ value: [UInt8]) {
        bytes.network(UInt32(value.count))
        bytes += value
    }

    /// What a router sent may be no text at all. PostgreSQL takes only valid UTF-8 without zero bytes, and would refuse
    /// the whole batch for one such name.
    private mutating func text(_ value: UnsafeRawBufferPointer) {
        if value.allSatisfy({ $0 > 0 && $0 < 0x80 }) {
            bytes.network(UInt32(value.count))
            bytes += value
        } else {
            let repaired = String(decoding: value, as: UTF8.self).unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: repaired)
            field(Array(String(text).utf8))
        }
    }

    /// The binary form of inet: family (2 or 3), prefix length, whether it is a network, bytes.
    private mutating func address(_ value: IPAddress) {
        let width: UInt8 = value.isIPv4 ? 4 : 16
        bytes.network(UInt32(width) + 4)
        bytes += [value.isIPv4 ? 2 : 3, width * 8, 0, width]
        if value.isIPv4 {
            bytes.network(UInt32(truncatingIfNeeded: value.low))
        } else {
            bytes.network(value.high)
            bytes.network(value.low)
        }
    }

    private mutating func digits(_ mac: MACAddress) {
        bytes.network(UInt32(17))
        for shift in stride(from: 40, through: 0, by: -8) {
            if shift < 40 { bytes.append(UInt8(ascii: ":")) }
            let octet = UInt8(truncatingIfNeeded: mac.bits >> UInt64(shift))
            bytes.append(LoginRows.digit(octet >> 4))
            bytes.append(LoginRows.digit(octet & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
}

extension [UInt8] {
    /// Appends in network order.
    fileprivate mutating func network(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
