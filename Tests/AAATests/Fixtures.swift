@testable import AAA
import Dictionary
import PluginAPI
import RADIUS

/// The few attributes that these tests name.
let dictionary = AttributeDictionary.parse(
    """
    VENDOR Acme 9
    ATTRIBUTE User-Name 1 string
    ATTRIBUTE NAS-Port 5 integer
    ATTRIBUTE Service-Type 6 integer
    VALUE Service-Type Framed-User 2
    VALUE Service-Type Outbound-User 5
    ATTRIBUTE Framed-IP-Address 8 ipaddr
    ATTRIBUTE Filter-Id 11 string
    ATTRIBUTE Reply-Message 18 string
    ATTRIBUTE Class 25 octets
    ATTRIBUTE Session-Timeout 27 integer
    ATTRIBUTE Idle-Timeout 28 integer
    ATTRIBUTE Calling-Station-Id 31 string
    ATTRIBUTE Framed-Pool 88 string
    ATTRIBUTE Auth-Type 1000 integer
    VALUE Auth-Type Reject 4
    ATTRIBUTE Simultaneous-Use 1034 integer
    ATTRIBUTE Unheard-Of 1099 string
    BEGIN-VENDOR Acme
    ATTRIBUTE Acme-AVPair 1 string
    END-VENDOR Acme
    """)

/// 2026-11-21T05:00:00Z.
let noon: Int64 = 1_795_237_200
let secret = "a shared secret"
let nasAddress = IPAddress("192.0.2.1")!
let macA = MACAddress("02:00:00:00:00:0a")!
let macB = MACAddress("02:00:00:00:00:0b")!

func makeNAS(_ change: (inout NAS) -> Void = { _ in }) -> NAS {
    var nas = NAS(
        id: 1, name: "bng", source: IPPrefix(address: nasAddress, length: 32)!, identifier: nil, dialect: "plain",
        secrets: [SharedSecret(secret)], isActive: true, isDraining: false, realms: [],
        messageAuthenticator: .auto(latched: false), allowsMACLogin: false, allowsLineLogin: false, octets: .dialect,
        servesProfiles: false, checks: [], replies: [])
    change(&nas)
    return nas
}

func makeService(_ change: (inout AAA.Service) -> Void = { _ in }) -> AAA.Service {
    var service = AAA.Service(
        id: 1, name: "gold", isActive: true, sessionLimit: nil, showsRejectReason: true, checks: [], replies: [])
    change(&service)
    return service
}

func makeSubscriber(_ change: (inout Subscriber) -> Void = { _ in }) -> Subscriber {
    var subscriber = Subscriber(
        facts: SubscriberFacts(id: 1, serviceID: 1), username: "ann",
        credential: .cleartext(Array("ann's password".utf8)))
    change(&subscriber)
    return subscriber
}

/// A login that passes every check, then changed.
func makeLogin(_ change: (inout Login) -> Void = { _ in }) -> Login {
    var login = Login(
        nas: Shared(makeNAS()), name: LoginName("ann"), mac: macA, identity: .name,
        subscriber: makeSubscriber().facts, service: Shared(makeService()), password: .right(method: "PAP"),
        plan: .ready(PlanProgram(goldPlan)), sessions: SessionTally(), now: noon)
    change(&login)
    return login
}

/// A Filter-Id of the plan's own, and the static address where there is one.
let goldPlan = CompiledReply(parts: [
    CompiledPart(
        origin: "generic", name: "Filter-Id", key: AttributeKey(11), content: .wire([11, 6] + Array("gold".utf8))),
    CompiledPart(
        origin: "generic", name: "Framed-IP-Address", key: AttributeKey(8),
        content: .slot(.framedIPAddress, tag: nil)),
])

func makeKey(_ number: UInt8) -> SessionKey { SessionKey(bytes: [UInt8](repeating: number, count: 16))! }

func makeMark(_ number: UInt8, _ change: (inout SessionMark) -> Void = { _ in }) -> SessionMark {
    var mark = SessionMark(
        key: makeKey(number), scope: NASScope(nasID: 1, nasIP: nasAddress, identifier: nil, virtualRouter: nil),
        mac: macB, state: .live, lastHeard: noon)
    change(&mark)
    return mark
}

extension Login {
    /// Counts other sessions of the subscriber.
    mutating func count(_ marks: SessionMark...) {
        let claim = SessionClaim(
            subscriberID: 1, key: makeKey(255), nasID: nas.id, mac: mac, now: now, silence: 1800)
        sessions = SessionTally()
        for mark in marks { sessions.add(mark.state, nasID: mark.scope.nasID, mac: mark.mac, for: claim) }
    }
}

func makeCheck(_ attribute: String, _ operation: CheckOperator, _ value: String) -> CheckRule {
    CheckRule(
        attribute: attribute, operation: operation, value: value, known: dictionary.attribute(named: attribute))
}

func makeReply(_ name: String, _ operation: ReplyOperator, _ value: String, origin: String = "subscriber")
    -> ReplyRule
{
    do {
        return ReplyRule(operation: operation, part: try ReplyRule.part(name, value, origin: origin, dictionary))
    } catch {
        preconditionFailure("\(name) = \(value): \(error)")
    }
}

/// An interim of user `ann` ten minutes into the session `s1` of NAS 1, then changed.
func makeRecord(_ change: (inout AccountingRecord) -> Void = { _ in }) -> AccountingRecord {
    var record = AccountingRecord(
        status: .interim, nasID: 1, nasIP: nasAddress, nasIdentifier: nil, virtualRouter: nil, username: "ann",
        acctSessionID: "s1", multiSessionID: nil, classKey: nil, kind: .session, serviceName: nil,
        parentSession: nil, eventTime: noon + 600, hasEventTimestamp: true, sessionSeconds: 600,
        hasSessionTime: true, inputOctets: 0, outputOctets: 0, hasOctets: true, inputPackets: 0, outputPackets: 0,
        sendsGigawords: true)
    change(&record)
    return record
}

/// A record of the session that began at noon: `seconds` into it.
func makeRecord(
    _ status: AccountingRecord.Status, at seconds: Int64, _ input: UInt64 = 0, _ output: UInt64 = 0
) -> AccountingRecord {
    makeRecord {
        $0.status = status
        $0.eventTime = noon + seconds
        $0.sessionSeconds = status == .start ? 0 : seconds
        $0.hasSessionTime = status != .start
        $0.hasOctets = status != .start
        $0.inputOctets = input
        $0.outputOctets = output
    }
}

/// Reads a request made by `build` as the server would get it.
func withPacket<Result>(
    _ code: PacketCode, _ build: (inout RequestWriter) -> Void, _ body: (PacketView) throws -> Result
) throws -> Result {
    var writer = RequestWriter(code, identifier: 1)
    build(&writer)
    let bytes = try writer.packet(secret: SharedSecret(secret))
    return try bytes.withUnsafeBytes { try body(try PacketView($0)) }
}
