@testable import AAA
import Dictionary
import PluginAPI
import RADIUS
import Testing

@Suite struct AuthServiceTests {
    @Test(arguments: [PasswordMethod.pap, .chap, .msCHAPv1, .msCHAPv2])
    func `a right password is accepted by every method, with the plan's attributes and our Class`(
        _ method: PasswordMethod
    ) throws {
        let bench = Bench()
        let answer = try bench.login(by: method)
        #expect(answer.isAccept)
        #expect(answer.lines.first == "Filter-Id = \"gold\"")
        #expect(answer.classValue.flatMap { ClassValue.decode($0) } != nil)
        let logins = bench.logins()
        #expect(logins.map(\.reason) == [nil])
        #expect(logins.first?.mac == macA)
        #expect(bench.counted(NASCounters.Place.accepts + ordinal(method)) == 1)
    }

    @Test(arguments: [PasswordMethod.pap, .chap, .msCHAPv1, .msCHAPv2])
    func `a wrong password is rejected by every method, with its reason in the log`(_ method: PasswordMethod) throws {
        let bench = Bench()
        let answer = try bench.login("ann", "guessed", by: method)
        #expect(!answer.isAccept)
        #expect(answer.lines.last == "Reply-Message = \"User name or password is wrong.\"")
        #expect(bench.logins().map(\.reason) == [.wrongPassword])
        #expect(bench.counted(NASCounters.Place.rejects + ordinal(RejectReason.wrongPassword)) == 1)
        #expect(bench.sessions.count == 0)
    }

    /// What differs from a login that is accepted, and the reason of the reject.
    struct Row: Sendable, CustomTestStringConvertible {
        let reason: RejectReason
        let change: @Sendable (inout PolicyTables) -> Void
        var testDescription: String { reason.rawValue }
    }

    @Test(arguments: [
        Row(reason: .nasDraining) { $0.nas[1]?.isDraining = true },
        Row(reason: .realmNotAllowed) { $0.nas[1]?.realms = ["isp.example"] },
        Row(reason: .unknownUser) { $0.removeSubscriber(1) },
        Row(reason: .methodUnavailable) { $0.subscribers[1]?.credential = .none },
        Row(reason: .disabled) { $0.subscribers[1]?.isActive = false },
        Row(reason: .expired) { $0.subscribers[1]?.expiry = noon },
        Row(reason: .macMismatch) {
            $0.subscribers[1]?.mac = macB
            $0.subscribers[1]?.macBinding = .bound
        },
        Row(reason: .checkFailed) { $0.services[1]?.checks = [makeCheck("NAS-Port", .equal, "1")] },
        Row(reason: .noPlan) { $0.subscribers[1]?.serviceID = nil },
        Row(reason: .planUnavailable) { $0.plans = [:] },
        Row(reason: .replyTooLong) {
            let long = makeReply("Filter-Id", .add, String(repeating: "x", count: 250))
            $0.services[1]?.replies = [ReplyRule](repeating: long, count: 17)
        },
    ])
    func `each reject names its reason in log and counters, and to the user where the service says so`(_ row: Row)
        throws
    {
        for shows in [true, false] {
            let bench = Bench {
                row.change(&$0)
                $0.services[1]?.showsRejectReason = shows
            }
            let answer = try bench.login()
            #expect(!answer.isAccept)
            #expect(bench.logins().map(\.reason) == [row.reason])
            #expect(bench.counted(NASCounters.Place.rejects + ordinal(row.reason)) == 1)
            #expect(bench.sessions.count == 0)
            let known = bench.policy.read { $0.subscribers[1]?.serviceID != nil }
            #expect(answer.lines == (shows && known ? ["Reply-Message = \"\(row.reason.message)\""] : []))
        }
    }

    @Test func `a user is found with and without realm, the whole name first`() throws {
        let bench = Bench {
            $0.put(
                makeSubscriber {
                    $0.id = 2
                    $0.username = "ann@isp.example"
                    $0.credential = .cleartext(Array("the other".utf8))
                })
        }
        #expect(try bench.login("ann@other.example").isAccept)
        #expect(try bench.login("ann@isp.example", "the other").isAccept)
        #expect(bench.logins().map(\.subscriberID) == [1, 2])
    }

    @Test func `a retransmission gets the kept reply and is decided once (RFC 5080 section 2.2.2)`() throws {
        let bench = Bench { $0.services[1]?.sessionLimit = 1 }
        var writer = RequestWriter(.accessRequest, identifier: 9)
        writer.appendLogin(user: "ann", password: "ann's password", method: .pap, secret: SharedSecret(secret))
        let packet = try writer.packet(secret: SharedSecret(secret))
        let (first, second) = (bench.hand(packet).reply, bench.hand(packet, at: 3).reply)
        try #require(!first.isEmpty)
        #expect(first == second)
        #expect(first[0] == PacketCode.accessAccept.rawValue)
        #expect(bench.logins().count == 1)
        #expect(bench.counted(NASCounters.Place.duplicates) == 1)
    }

    @Test func `a wrong Message-Authenticator is dropped without an answer (RFC 3579 section 3.2)`() throws {
        let bench = Bench()
        let answer = try bench.login(secret: "another secret")
        #expect(answer == .dropped(.wrongMessageAuthenticator))
        #expect(bench.logins().isEmpty)
        #expect(bench.counted(NASCounters.Place.drops + ordinal(DropReason.wrongMessageAuthenticator)) == 1)
    }

    @Test func `auto latches at the first signed request; an unsigned one is then dropped with an alarm`() throws {
        let bench = Bench()
        #expect(try bench.login(signs: false).isAccept)
        #expect(bench.noted.all.latched.isEmpty)
        #expect(try bench.login().isAccept)
        #expect(bench.noted.all.latched == [1])
        #expect(try bench.login(signs: false) == .dropped(.latchedMessageAuthenticator))
        #expect(bench.noted.all.alarms == ["bng"])
        #expect(try bench.login().isAccept)
        #expect(bench.noted.all.latched == [1])
    }

    @Test func `require wants a signature from the first request on, and off takes what comes`() throws {
        let strict = Bench { $0.nas[1]?.messageAuthenticator = .require }
        #expect(try strict.login(signs: false) == .dropped(.missingMessageAuthenticator))
        let open = Bench { $0.nas[1]?.messageAuthenticator = .off }
        #expect(try open.login().isAccept)
        #expect(try open.login(signs: false).isAccept)
        #expect(open.noted.all.latched.isEmpty)
    }

    @Test func `a disabled NAS is shut out at once`() throws {
        let bench = Bench()
        #expect(try bench.login().isAccept)
        bench.policy.change { $0.nas[1]?.isActive = false }
        #expect(try bench.login() == .dropped(.inactiveNAS))
    }

    @Test(arguments: ["new", "old"]) func `while a secret is changed both are taken, and each answered with itself`(
        _ text: String
    ) throws {
        let bench = Bench { $0.nas[1]?.secrets = [SharedSecret("new"), SharedSecret("old")] }
        #expect(try bench.login(secret: text).isAccept)
        #expect(try bench.login(by: .msCHAPv2, secret: text).isAccept)
        #expect(try bench.login(secret: "neither") == .dropped(.wrongMessageAuthenticator))
    }

    @Test func `while a secret is changed an unsigned PAP login under the old one is taken too`() throws {
        let bench = Bench { $0.nas[1]?.secrets = [SharedSecret("new"), SharedSecret("old")] }
        #expect(try bench.login(secret: "old", signs: false).isAccept)
        #expect(try bench.login(secret: "new", signs: false).isAccept)
    }

    @Test func `an unknown source is never answered and is noted`() throws {
        let bench = Bench()
        let packet = try RequestWriter(.accessRequest).packet(secret: SharedSecret(secret))
        guard case .drop(.unknownSource) = bench.hand(packet, from: IPAddress("198.51.100.1")!).outcome else {
            Issue.record("not dropped")
            return
        }
        #expect(bench.noted.all.unknown == [IPAddress("198.51.100.1")!])
    }

    @Test func `Status-Server is answered with Access-Accept (RFC 5997 section 4.1)`() throws {
        let bench = Bench()
        let writer = RequestWriter(.statusServer)
        let packet = try writer.packet(secret: SharedSecret(secret))
        let answer = try Answer(bench.hand(packet), to: writer.authenticator, SharedSecret(secret))
        #expect(answer == .accept([]))
        #expect(bench.logins().isEmpty)
    }

    @Test func `Proxy-States come back unchanged and in order, in Accept and Reject (RFC 2865 section 5.33)`() throws {
        for password in ["ann's password", "guessed"] {
            let answer = try Bench().login("ann", password) {
                $0.append(AttributeNumber.proxyState, [2, 2])
                $0.append(AttributeNumber.proxyState, [1])
            }
            #expect(answer.lines.prefix(2) == ["Attr-33 = 0x0202", "Attr-33 = 0x01"])
        }
    }
}
