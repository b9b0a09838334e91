@testable import AAA
import Dictionary
import PluginAPI
import RADIUS
import Threads

/// Notes what the services tell.
final class Noted: EventSink {
    struct Notes: Sendable {
        var unknown: [IPAddress] = []
        var learned: [Int64: MACAddress] = [:]
        var latched: [Int64] = []
        var alarms: [String] = []
    }

    private let notes = Locked(Notes())

    var all: Notes { notes.withLock { $0 } }

    func unknownSource(_ source: IPAddress, identifier: String?, code: UInt8, at: Int64) {
        notes.withLock { $0.unknown.append(source) }
    }
    func learned(_ mac: MACAddress, subscriber: Int64) { notes.withLock { $0.learned[subscriber] = mac } }
    func latched(nas: Int64) { notes.withLock { $0.latched.append(nas) } }
    func alarm(kind: AlarmKind, subject: String, message: String) { notes.withLock { $0.alarms.append(subject) } }
}

/// The server's services over a small policy: one NAS, one service, the subscriber `ann`.
struct Bench {
    let policy = LivePolicy()
    let sessions = LiveSessions()
    let memory = LoginMemory()
    let index = SessionIndex()
    let noted = Noted()
    let watched = Watched()
    let trace = TraceHub()
    let line = Mailbox<AccountingItem>(limit: 100)
    let sent = Sent()
    let auth: AuthService
    let accounting: AccountingService

    private let emptied: Emptied

    /// Takes what stayed on the line, for an item and its service hold each other.
    private final class Emptied: Sendable {
        let line: Mailbox<AccountingItem>
        init(_ line: Mailbox<AccountingItem>) { self.line = line }
        deinit { _ = line.take(most: .max, waitingMilliseconds: 0) }
    }

    /// Accounting-Responses that were sent when their record was durable.
    final class Sent: Sendable {
        private let replies = Locked<[[UInt8]]>([])
        var all: [[UInt8]] { replies.withLock { $0 } }
        func add(_ reply: [UInt8]) { replies.withLock { $0.append(reply) } }
    }

    init(emergency: EmergencySwitch = EmergencySwitch(), _ change: (inout PolicyTables) -> Void = { _ in }) {
        emptied = Emptied(line)
        auth = AuthService(
            policy: policy, sessions: sessions, memory: memory, events: noted, watched: watched, trace: trace,
            emergency: emergency)
        accounting = AccountingService(
            policy: policy, sessions: sessions, memory: memory, index: index, events: noted, counters: watched.counters,
            trace: trace, line: line, send: { [sent] reply, _, _ in sent.add(reply) })
        var tables = PolicyTables()
        tables.put(makeNAS())
        tables.put(makeService())
        tables.put(makeSubscriber())
        tables.plans[PlanKey(serviceID: 1, tierPosition: 0, dialect: "plain")] = .ready(PlanProgram(goldPlan))
        change(&tables)
        policy.replace(with: tables)
    }

    /// Hands a datagram to a service as its listener does.
    func hand(
        _ bytes: [UInt8], from source: IPAddress = nasAddress, at seconds: Int64 = 0,
        accounting isAccounting: Bool = false
    ) -> (outcome: Outcome, reply: [UInt8]) {
        let workspace = Workspace()
        let peer = SourceAddress(source, port: 50_000)
        let local = SourceAddress(IPAddress("192.0.2.254")!, port: isAccounting ? 1813 : 1812)
        let now = Moment(wall: noon + seconds, monotonic: UInt64(1_000_000 + seconds * 1000))
        return bytes.withUnsafeBytes { datagram in
            let exchange = Exchange(bytes: datagram, peer: peer, local: local, now: now)
            let outcome =
                isAccounting
                ? accounting.handle(exchange, scratch: workspace.reply) : auth.handle(exchange, workspace)
            guard let length = outcome.length else { return (outcome, []) }
            return (outcome, Array(workspace.reply[..<length]))
        }
    }

    /// The logins that were noted, oldest first; each is told once.
    func logins() -> [LoginNote] {
        var notes: [LoginNote] = []
        _ = watched.loginLog.ring.take(most: 10_000) { notes.append($0.header.note) }
        return notes
    }

    /// What was noted beside the logins, like `logins`.
    func details() -> [String] {
        var details: [String] = []
        _ = watched.loginLog.ring.take(most: 10_000) { details.append(String(decoding: $0.detail, as: UTF8.self)) }
        return details
    }

    /// How often something was counted of the NAS.
    func counted(_ place: Int) -> UInt64 { watched.counters.block(nasID: 1, name: "bng").values[place] }

    /// What is answered to a login that `build` adds to.
    func login(
        _ user: String = "ann", _ password: String = "ann's password", by method: PasswordMethod = .pap,
        at seconds: Int64 = 0, mac: MACAddress? = macA, secret text: String = secret, signs: Bool = true,
        _ build: (inout RequestWriter) -> Void = { _ in }
    ) throws -> Answer {
        let secret = SharedSecret(text)
        var writer = RequestWriter(.accessRequest, identifier: 7)
        writer.appendLogin(user: user, password: password, method: method, secret: secret)
        if let mac { writer.append(AttributeNumber.callingStationID, mac.description) }
        build(&writer)
        let packet = try writer.packet(secret: secret, signsMessage: signs)
        return try Answer(hand(packet, at: seconds), to: writer.authenticator, secret)
    }

    /// Hands an Accounting-Request over.
    func account(
        _ status: UInt32, at seconds: Int64, classValue: [UInt8]? = nil, user: String = "ann",
        secret text: String = secret, _ build: (inout RequestWriter) -> Void = { _ in }
    ) throws -> (outcome: Outcome, reply: [UInt8]) {
        var writer = RequestWriter(.accountingRequest, identifier: UInt8(truncatingIfNeeded: status &+ UInt32(seconds)))
        writer.append(AttributeNumber.acctStatusType, integer: status)
        writer.append(AttributeNumber.userName, user)
        writer.append(AttributeNumber.acctSessionID, "s1")
        writer.append(AttributeNumber.eventTimestamp, integer: UInt32(noon + seconds))
        if status == 2 || status == 3 { writer.append(AttributeNumber.acctSessionTime, integer: UInt32(seconds)) }
        if let classValue { writer.append(AttributeNumber.classAttribute, classValue) }
        build(&writer)
        return hand(try writer.packet(secret: SharedSecret(text)), at: seconds, accounting: true)
    }
}

/// An answer, its signatures checked as a NAS checks them.
enum Answer: Equatable {
    case accept([String])
    case reject([String])
    case dropped(DropReason)

    init(_ answer: (outcome: Outcome, reply: [UInt8]), to authenticator: Bytes16, _ secret: SharedSecret) throws {
        switch answer.outcome {
        case .drop(let reason): self = .dropped(reason)
        case .parked: preconditionFailure("a login is never parked")
        case .reply, .later:
            self = try answer.reply.withUnsafeBytes { raw in
                let packet = try PacketView(raw)
                try packet.verifyReply(to: authenticator, with: secret)
                precondition(packet.attributes.first { _ in true }?.number == AttributeNumber.messageAuthenticator)
                let lines = dictionary.decode(attributes: Array(packet.attributeBytes)).dropFirst().map(\.line)
                return packet.code == .accessAccept ? .accept(Array(lines)) : .reject(Array(lines))
            }
        }
    }

    var isAccept: Bool {
        if case .accept = self { true } else { false }
    }

    var lines: [String] {
        switch self {
        case .accept(let lines), .reject(let lines): lines
        case .dropped: []
        }
    }

    /// The Class that the NAS would return in accounting.
    var classValue: [UInt8]? {
        lines.last { $0.hasPrefix("Class = 0x544b") }.map { line in
            let digits = Array(line.utf8.dropFirst("Class = 0x".utf8.count))
            return stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
            }
        }
    }
}
