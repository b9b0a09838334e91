import AAA
import PluginAPI
import RADIUS

/// A router that is not there: logs lines in and reports their sessions over RADIUS, one request at a time.
/// For one thread.
final class SimulatedBNG {
    /// Which server is asked, and as whom.
    struct Settings: Sendable {
        var server: IPAddress
        var authPort: UInt16
        var acctPort: UInt16
        var secret: String
        /// The address it asks from; its NAS-IP-Address.
        var source: IPAddress
        var shape = AccessShape.routerOSPPPoE
        /// Of each try.
        var timeout = Duration.seconds(3)
        var tries = 3
    }

    enum Login {
        case accepted(SimulatedSession, RADIUSClient.Reply)
        case rejected(RADIUSClient.Reply)
        case unanswered(RADIUSClient.Failure)
        /// The accept lacks the proof that the server knows the password (RFC 2759 section 8.7).
        case unproven
    }

    let settings: Settings
    private let secret: SharedSecret
    private let auth: RADIUSClient
    private let acct: RADIUSClient
    /// Counts the sessions since the router's start; session ids follow from it.
    private var sessions = 0

    init(_ settings: Settings) throws {
        self.settings = settings
        secret = SharedSecret(settings.secret)
        auth = try SimulatedBNG.client(settings, secret, settings.authPort)
        acct = try SimulatedBNG.client(settings, secret, settings.acctPort)
    }

    private static func client(_ settings: Settings, _ secret: SharedSecret, _ port: UInt16) throws -> RADIUSClient {
        try RADIUSClient(
            server: SourceAddress(settings.server, port: port), secret: secret, from: settings.source,
            timeout: settings.timeout, tries: settings.tries)
    }

    /// Asks for a line. A shape without passwords asks by MAC, as RouterOS does for DHCP: the MAC is the name, the
    /// password empty.
    func login(_ line: AccessLine, by method: PasswordMethod, at now: Int64) -> Login {
        let isPasswordless = settings.shape.isPasswordless
        var request = RequestWriter(.accessRequest)
        let proof = request.appendLogin(
            user: isPasswordless ? line.mac.description : line.user, password: isPasswordless ? "" : line.password,
            method: isPasswordless ? .pap : method, secret: secret)
        request.append(AttributeNumber.nasIPAddress, settings.source.bytes)
        settings.shape.describe(line, into: &request)
        sessions += 1
        let id = settings.shape.sessionID(sessions)
        request.append(AttributeNumber.acctSessionID, id)
        do throws(RADIUSClient.Failure) {
            let reply = try auth.exchange(request)
            guard reply.code == .accessAccept else { return .rejected(reply) }
            if let proof, !SimulatedBNG.proves(reply, proof) { return .unproven }
            let asked =
                isPasswordless
                ? AccessLine(user: line.mac.description, password: "", mac: line.mac, index: line.index) : line
            let session = reply.withView {
                SimulatedSession(asked, settings.shape, id: id, accept: $0, startedAt: now)
            }
            return .accepted(session, reply)
        } catch {
            return .unanswered(error)
        }
    }

    private static func proves(_ reply: RADIUSClient.Reply, _ proof: String) -> Bool {
        reply.withView { view in
            let key = AttributeKey(UInt32(Microsoft.chap2Success), vendor: Microsoft.vendor)
            // The identifier stands before the text.
            return view.first(key).map { String(decoding: $0.dropFirst(), as: UTF8.self).hasPrefix(proof) } ?? false
        }
    }

    /// Reports a session, and its service where the vendor does so. Throws when there is no answer.
    func report(_ session: SimulatedSession, _ record: SimulatedSession.Record, at now: Int64) throws(RADIUSClient
        .Failure)
        -> Int
    {
        _ = try acct.exchange(session.request(record, at: now, from: settings.source), signsMessage: false)
        guard settings.shape.hasServiceRecords else { return 1 }
        _ = try acct.exchange(session.serviceRequest(record, at: now, from: settings.source), signsMessage: false)
        return 2
    }

    /// Accounting-On: the router has just started and has no sessions; its ids begin anew.
    func boot(at now: Int64) throws(RADIUSClient.Failure) {
        sessions = 0
        var request = RequestWriter(.accountingRequest)
        request.append(AttributeNumber.acctStatusType, integer: 7)
        request.append(AttributeNumber.nasIPAddress, settings.source.bytes)
        request.append(AttributeNumber.nasIdentifier, settings.shape.nasIdentifier)
        request.append(AttributeNumber.acctSessionID, "00000000")
        request.append(AttributeNumber.eventTimestamp, integer: UInt32(clamping: now))
        _ = try acct.exchange(request, signsMessage: false)
    }
}
