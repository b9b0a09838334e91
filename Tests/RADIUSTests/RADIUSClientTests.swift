import Glibc
import PluginAPI
import Testing

@testable import RADIUS

/// A server on a thread of its own that answers with what `respond` gives, until it goes.
final class LoopbackServer: Sendable {
    let endpoint: UDPEndpoint
    private let stop: StopEvent
    private let thread: pthread_t

    init(
        _ address: String = "127.0.0.1", respond: @escaping @Sendable (PacketView, _ seen: Int) -> [UInt8]?
    ) throws {
        let endpoint = try UDPEndpoint(SourceAddress(IPAddress(address)!, port: 0))
        let stop = try StopEvent()
        self.endpoint = endpoint
        self.stop = stop
        let body = Body {
            let batch = DatagramBatch()
            let replies = DatagramBatch()
            var drops: UInt32 = 0
            var seen = 0
            while (try? endpoint.wait(stop: stop)) == .readable {
                let count = (try? endpoint.receive(into: batch, drops: &drops)) ?? 0
                for index in 0..<count {
                    guard let view = try? PacketView(batch.bytes(index)) else { continue }
                    seen += 1
                    guard let reply = respond(view, seen), let room = replies.nextBuffer else { continue }
                    reply.withUnsafeBytes { room.copyMemory(from: $0) }
                    replies.append(length: reply.count, to: batch.peer(index), from: batch.local(index))
                }
                _ = endpoint.send(replies)
            }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            {
                Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run(); return nil
            },
            Unmanaged.passRetained(body).toOpaque())
        self.thread = thread
    }

    deinit {
        stop.raise()
        pthread_join(thread, nil)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

@Suite(.serialized) struct RADIUSClientTests {
    static let secret = SharedSecret("s")

    static func answer(_ view: PacketView, password: String) -> [UInt8]? {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
            guard (try? view.verify(with: secret, policy: .require)) != nil else { return nil }
            let verdict = PasswordCheck.verdict(
                view, secret: secret, credential: .cleartext(Array(password.utf8)))
            guard
                var writer = try? ReplyWriter(verdict.isAccepted ? .accessAccept : .accessReject, to: view, into: room)
            else { return nil }
            do {
                if case .accepted(let proof) = verdict { try proof.append(to: &writer, secret: secret) }
                if case .wrong(let refusal) = verdict { try refusal.append(to: &writer) }
            } catch { return nil }
            let length = writer.sign(with: secret)
            return Array(room[..<length])
        }
    }

    @Test(arguments: [PasswordMethod.pap, .chap, .msCHAPv1, .msCHAPv2], ["127.0.0.1", "::1"])
    func `a login by each method goes round over UDP, IPv4 and IPv6`(method: PasswordMethod, address: String) throws {
        let server = try LoopbackServer(address) { view, _ in RADIUSClientTests.answer(view, password: "pw") }
        let client = try RADIUSClient(server: server.endpoint.address, secret: RADIUSClientTests.secret)
        for (typed, code) in [("pw", PacketCode.accessAccept), ("wrong", .accessReject)] {
            var request = RequestWriter(.accessRequest)
            let proof = request.appendLogin(
                user: "kim", password: typed, method: method, secret: RADIUSClientTests.secret)
            let reply = try client.exchange(request)
            #expect(reply.code == code)
            if code == .accessAccept, let proof {
                let success = reply.withView { $0.first(AttributeKey(26, vendor: 311)).map { Array($0[1...]) } }
                #expect(success == Array(proof.utf8))
            }
        }
    }

    @Test func `a lost request is sent again, the same bytes (RFC 2865 2.5)`() throws {
        let server = try LoopbackServer { view, seen in
            seen < 3 ? nil : RADIUSClientTests.answer(view, password: "pw")
        }
        let client = try RADIUSClient(
            server: server.endpoint.address, secret: RADIUSClientTests.secret, timeout: .milliseconds(30), tries: 4)
        var request = RequestWriter(.accessRequest)
        request.appendLogin(user: "kim", password: "pw", method: .pap, secret: RADIUSClientTests.secret)
        let reply = try client.exchange(request)
        #expect(reply.code == .accessAccept)
        #expect(reply.tries == 3)
    }

    @Test func `a reply under another secret is not believed`() throws {
        let server = try LoopbackServer { view, _ in
            withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
                guard let writer = try? ReplyWriter(.accessAccept, to: view, into: room) else { return nil }
                let length = writer.sign(with: SharedSecret("another"))
                return Array(room[..<length])
            }
        }
        let client = try RADIUSClient(
            server: server.endpoint.address, secret: RADIUSClientTests.secret, timeout: .milliseconds(50), tries: 1)
        #expect(
            throws: RADIUSClient.Failure.noAnswer(tries: 1, disbelieved: 1, last: .wrongResponseAuthenticator)
        ) { try client.exchange(RequestWriter(.accessRequest)) }
    }

    @Test func `a NAS' refusal of a CoA is told by name (RFC 5176 3.5)`() throws {
        let server = try LoopbackServer { view, _ in
            withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
                guard (try? view.verify(with: RADIUSClientTests.secret, policy: .off)) != nil,
                    var writer = try? ReplyWriter(.coaNAK, to: view, into: room, signsMessage: false),
                    (try? writer.append(101, integer: 503)) != nil
                else { return nil }
                let length = writer.sign(with: RADIUSClientTests.secret)
                return Array(room[..<length])
            }
        }
        let client = try RADIUSClient(server: server.endpoint.address, secret: RADIUSClientTests.secret)
        for signs in [true, false] {
            let outcome = try client.change(RequestWriter(.coaRequest), signsMessage: signs)
            #expect(outcome == .refused(ErrorCause(rawValue: 503)))
        }
        #expect(ErrorCause(rawValue: 503).description == "Session Context Not Found")
    }

    @Test func `the CoA vectors' replies are understood (RFC 5176 3)`() throws {
        let outcomes = try Exchange.all.filter { [40, 43].contains($0.request[0]) }.map { exchange in
            try withView(exchange.reply) { DynamicAuthorization($0) }
        }
        #expect(outcomes == [.acknowledged, .refused(ErrorCause(rawValue: 503)), .refused(nil)])
    }
}
