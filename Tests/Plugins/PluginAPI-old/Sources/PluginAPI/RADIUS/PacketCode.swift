/// The code of a RADIUS packet (RFC 2865 section 3, RFC 5176, RFC 5997), printed as the RFCs name it.
@frozen
public struct PacketCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt8
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let accessRequest = PacketCode(rawValue: 1)
    public static let accessAccept = PacketCode(rawValue: 2)
    public static let accessReject = PacketCode(rawValue: 3)
    public static let accountingRequest = PacketCode(rawValue: 4)
    public static let accountingResponse = PacketCode(rawValue: 5)
    public static let accessChallenge = PacketCode(rawValue: 11)
    public static let statusServer = PacketCode(rawValue: 12)
    public static let statusClient = PacketCode(rawValue: 13)
    public static let disconnectRequest = PacketCode(rawValue: 40)
    public static let disconnectACK = PacketCode(rawValue: 41)
    public static let disconnectNAK = PacketCode(rawValue: 42)
    public static let coaRequest = PacketCode(rawValue: 43)
    public static let coaACK = PacketCode(rawValue: 44)
    public static let coaNAK = PacketCode(rawValue: 45)

    public var description: String {
        switch rawValue {
        case 1: "Access-Request"
        case 2: "Access-Accept"
        case 3: "Access-Reject"
        case 4: "Accounting-Request"
        case 5: "Accounting-Response"
        case 11: "Access-Challenge"
        case 12: "Status-Server"
        case 13: "Status-Client"
        case 40: "Disconnect-Request"
        case 41: "Disconnect-ACK"
        case 42: "Disconnect-NAK"
        case 43: "CoA-Request"
        case 44: "CoA-ACK"
        case 45: "CoA-NAK"
        default: "Code-\(rawValue)"
        }
    }
}
