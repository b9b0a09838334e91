package import PluginAPI

/// An Accounting-Request's content as values (RFC 2866 section 5), times and octets already in one sense: seconds
/// since 1970, input = from the subscriber.
package struct AccountingRecord: Sendable, Hashable {
    package var status: Status
    package var nasID: Int64
    /// NAS-IP-Address or NAS-IPv6-Address as sent, else where the packet came from.
    package var nasIP: IPAddress
    package var nasIdentifier: String?
    package var virtualRouter: String?
    package var username: String?
    package var acctSessionID: String
    package var multiSessionID: String?
    package var classKey: SessionKey?
    @StoredKind package var kind: RecordKind
    package var serviceName: String?
    package var parentSession: String?
    /// When it happened: Event-Timestamp, or the time of arrival, less Acct-Delay-Time.
    package var eventTime: Int64
    /// Whether `eventTime` is reckoned from a usable Event-Timestamp.
    package var hasEventTimestamp: Bool
    /// An Event-Timestamp that is not believed, though it may well tell this session from others.
    package var distrustedTime: Int64?
    /// Acct-Delay-Time, already taken off `eventTime`.
    package var delaySeconds: Int64 = 0
    package var sessionSeconds: Int64
    package var hasSessionTime: Bool
    package var inputOctets: UInt64
    package var outputOctets: UInt64
    package var hasOctets: Bool
    package var inputPackets: UInt64
    package var outputPackets: UInt64
    package var sendsGigawords: Bool
    package var mac: MACAddress?
    package var line: String?
    package var port: String?
    package var nasPort: UInt32?
    package var nasPortType: UInt32?
    package var serviceType: UInt32?
    package var framedProtocol: UInt32?
    package var callingStationID: String?
    package var calledStationID: String?
    package var framedIP: IPAddress?
    package var framedIPv6: IPAddress?
    package var framedIPv6Prefix: IPPrefix?
    package var delegatedPrefix: IPPrefix?
    package var interfaceID: [UInt8]?
    package var natAddress: IPAddress?
    package var natPorts: ClosedRange<UInt16>?
    package var terminateCause: UInt32?

    /// Acct-Status-Type (RFC 2866 section 5.1).
    package enum Status: UInt32, Sendable {
        case start = 1
        case stop = 2
        case interim = 3
        case on = 7
        case off = 8

        package var name: String {
            switch self {
            case .start: "start"
            case .stop: "stop"
            case .interim: "interim"
            case .on: "on"
            case .off: "off"
            }
        }
    }

    /// What an Accounting-On or -Off speaks for: one router, or a virtual router in it; JunosE sends them per
    /// virtual router.
    package var scope: NASScope {
        NASScope(nasID: nasID, nasIP: nasIP, identifier: nasIdentifier, virtualRouter: virtualRouter)
    }

    /// When the session began, as this record tells it. Event-Timestamp tells when the event was (RFC 2869 section
    /// 5.3), and a repetition says the same with another delay: the start must not move with it.
    package var start: Int64 { eventTime + (hasEventTimestamp ? delaySeconds : 0) - sessionSeconds }

    /// The same by the NAS' own clock, be it right or not: it does not move when ours is set. Without one it is `start`.
    package var startByNAS: Int64 { distrustedTime.map { $0 - sessionSeconds } ?? start }
}

/// The part of a NAS that restarts as one.
package struct NASScope: Sendable, Hashable {
    package var nasID: Int64
    package var nasIP: IPAddress
    package var identifier: String?
    package var virtualRouter: String?

    package init(nasID: Int64, nasIP: IPAddress, identifier: String?, virtualRouter: String?) {
        self.nasID = nasID
        self.nasIP = nasIP
        self.identifier = identifier
        self.virtualRouter = virtualRouter
    }
}
