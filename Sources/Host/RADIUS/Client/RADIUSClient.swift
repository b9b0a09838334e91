package import PluginAPI

/// Asks a RADIUS server, or a NAS for a CoA, and waits for the answer; for tools, tests and jobs, on a thread that may
/// block. One request at a time; not for use by two threads at once.
package final class RADIUSClient {
    package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// No answer after every try; how many replies came that could not be believed, and why the last was not.
        case noAnswer(tries: Int, disbelieved: Int, last: DropReason?)
        case request(DropReason)
        case socket(UDPEndpoint.Failure)

        package var description: String {
            switch self {
            case .noAnswer(let tries, 0, _): "no answer after \(tries) tries"
            case .noAnswer(let tries, let disbelieved, let last):
                "no believable answer after \(tries) tries: \(disbelieved) replies were wrong"
                    + " (\(last?.rawValue ?? "unknown"))"
            case .request(let reason): "the request can't be built: \(reason.rawValue)"
            case .socket(let failure): failure.description
            }
        }
    }

    /// A verified reply.
    package struct Reply: Sendable {
        package let bytes: [UInt8]
        /// The authenticator of the request, which hidden values in the reply need.
        package let requestAuthenticator: Bytes16
        /// How many tries it took.
        package let tries: Int
        package let duration: Duration

        package var code: PacketCode { PacketCode(rawValue: bytes[0]) }

        /// Reads the reply in place.
        package func withView<R>(_ body: (PacketView) -> R) -> R {
            bytes.withUnsafeBytes { raw in
                guard let view = try? PacketView(raw) else { preconditionFailure("a verified reply is well formed") }
                return body(view)
            }
        }
    }

    package let server: SourceAddress
    private let secret: SharedSecret
    private let endpoint: UDPEndpoint
    private let timeout: Duration
    private let tries: Int
    private let batch = DatagramBatch(capacity: 8)
    private var nextIdentifier = Random.byte()

    /// - Parameters:
    ///   - local: the address to ask from; any, if left out.
    ///   - timeout: how long each try waits.
    package init(
        server: SourceAddress, secret: SharedSecret, from local: IPAddress? = nil, timeout: Duration = .seconds(3),
        tries: Int = 3
    ) throws(Failure) {
        precondition(tries > 0, "a client tries at least once")
        self.server = server
        self.secret = secret
        self.timeout = timeout
        self.tries = tries
        let any = server.address.isIPv4 ? IPAddress(ipv4: 0) : IPAddress(high: 0, low: 0)
        do {
            endpoint = try UDPEndpoint(SourceAddress(local ?? any, port: 0))
        } catch {
            throw .socket(error)
        }
    }

    /// Sends a request under the next identifier, the same bytes at every try (RFC 2865 section 2.5), and returns the
    /// first reply whose authenticators are right.
    package func exchange(_ request: RequestWriter, signsMessage: Bool = true) throws(Failure) -> Reply {
        var request = request
        request.identifier = nextIdentifier
        nextIdentifier &+= 1
        let packet: [UInt8]
        do {
            packet = try request.packet(secret: secret, signsMessage: signsMessage)
        } catch {
            throw .request(error)
        }
        return try exchange(packet)
    }

    /// Sends a packet as it is, whatever it is; for tests of what a server makes of it.
    package func exchange(_ packet: [UInt8]) throws(Failure) -> Reply {
        guard packet.count >= PacketView.headerLength, packet.count <= PacketView.maximumLength else {
            throw .request(.wrongLength)
        }
        let authenticator = packet.withUnsafeBytes { Bytes16(UnsafeRawBufferPointer(rebasing: $0[4..<20])) }
        let clock = ContinuousClock()
        let start = clock.now
        var wrong = WrongReplies()
        for turn in 1...tries {
            transmit(packet)
            let deadline = clock.now.advanced(by: timeout)
            if let bytes = try receive(until: deadline, identifier: packet[1], authenticator, &wrong) {
                return Reply(
                    bytes: bytes, requestAuthenticator: authenticator, tries: turn,
                    duration: clock.now - start)
            }
        }
        throw .noAnswer(tries: tries, disbelieved: wrong.count, last: wrong.last)
    }

    private struct WrongReplies {
        var count = 0
        var last: DropReason?
    }

    private func transmit(_ packet: [UInt8]) {
        batch.count = 0
        guard let room = batch.nextBuffer else { return }
        packet.withUnsafeBytes { room.copyMemory(from: $0) }
        batch.append(length: packet.count, to: server, from: nil)
        _ = endpoint.send(batch)
    }

    /// The next believable reply; nil when the time is up.
    private func receive(
        until deadline: ContinuousClock.Instant, identifier: UInt8, _ authenticator: Bytes16,
        _ wrong: inout WrongReplies
    ) throws(Failure) -> [UInt8]? {
        while true {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { return nil }
            for index in 0..<(try arrivals(within: left)) where batch.peer(index) == server {
                do throws(DropReason) {
                    let view = try PacketView(batch.bytes(index))
                    guard view.identifier == identifier else { continue }
                    try view.verifyReply(to: authenticator, with: secret)
                    return Array(view.bytes)
                } catch {
                    wrong.count += 1
                    wrong.last = error
                }
            }
        }
    }

    /// How many datagrams came into the batch within a time.
    private func arrivals(within time: Duration) throws(Failure) -> Int {
        do throws(UDPEndpoint.Failure) {
            // Rounded up, so that the last part of a millisecond is waited for and not spun through.
            let milliseconds = Int32(clamping: time.milliseconds + 1)
            _ = try endpoint.wait(stop: nil, timeoutMilliseconds: milliseconds)
            var drops: UInt32 = 0
            return try endpoint.receive(into: batch, drops: &drops)
        } catch {
            throw .socket(error)
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
