import CSystem
import Glibc
import PluginAPI

/// A UDP socket that a RADIUS thread reads and answers on: batches in, batches out, each reply from the address that
/// was asked. Receiving and sending may be done by different threads.
package final class UDPEndpoint: Sendable {
    package let descriptor: Int32
    /// Where it is bound.
    package let address: SourceAddress
    /// Whether it is bound to all addresses, so that each datagram must say which one was asked.
    private let isWildcard: Bool
    private let owns: Bool

    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let step: String
        /// errno
        package let code: Int32

        package var description: String { "\(step): \(String(cString: strerror(code)))" }
    }

    /// Binds a socket of its own. `buffer` is the receive buffer asked of the kernel, in bytes, which caps it.
    package init(_ address: SourceAddress, receiveBuffer: Int = 4 << 20, sendBuffer: Int = 1 << 20) throws(Failure) {
        var end = address.endpoint
        descriptor = try UDPEndpoint.check(
            tk_udp_open(&end, Int32(receiveBuffer), Int32(sendBuffer)), "opening a UDP socket at \(address)")
        owns = true
        do {
            (self.address, isWildcard) = try UDPEndpoint.bound(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Takes a socket that the supervisor opened and goes on owning.
    package init(adopting descriptor: Int32) throws(Failure) {
        self.descriptor = descriptor
        owns = false
        _ = try UDPEndpoint.check(tk_udp_prepare(descriptor), "preparing UDP socket \(descriptor)")
        (address, isWildcard) = try UDPEndpoint.bound(descriptor)
    }

    deinit { if owns { close(descriptor) } }

    /// Takes what is queued, at most a batch, without waiting. The kernel's count of datagrams lost at this socket goes
    /// to `drops` when it is told.
    package func receive(into batch: DatagramBatch, drops: inout UInt32) throws(Failure) -> Int {
        batch.count = 0
        let count = Int(try UDPEndpoint.check(tk_udp_receive(descriptor, batch.batch, &drops), "receiving"))
        batch.count = count
        batch.bound = isWildcard ? nil : address
        return count
    }

    /// Sends all of a batch and empties it; how many could not be sent. One that the kernel refuses (no route, a full
    /// buffer) is left out, as UDP may lose any.
    package func send(_ batch: DatagramBatch) -> Int {
        let (isIPv4, fromLocal): (Int32, Int32) = (address.address.isIPv4 ? 1 : 0, isWildcard ? 1 : 0)
        var done = 0
        var failed = 0
        while done < batch.count {
            let sent = tk_udp_send(
                descriptor, isIPv4, fromLocal, batch.batch, UInt32(done), UInt32(batch.count - done))
            if sent > 0 {
                done += Int(sent)
            } else {
                failed += 1
                done += 1
            }
        }
        batch.count = 0
        return failed
    }

    /// Bytes that the kernel granted the receive buffer, its own bookkeeping included: twice what was asked, unless
    /// net.core.rmem_max caps it.
    package var receiveBuffer: Int {
        var size: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, &length) == 0 ? Int(size) : 0
    }

    /// Waits for datagrams.
    package func wait(stop: StopEvent?, timeoutMilliseconds: Int32 = -1) throws(Failure) -> Readiness {
        switch try UDPEndpoint.check(tk_udp_wait(descriptor, stop?.descriptor ?? -1, timeoutMilliseconds), "waiting") {
        case 1: .readable
        case 2: .stopped
        default: .timedOut
        }
    }

    package enum Readiness: Sendable, Hashable { case readable, stopped, timedOut }

    /// Where a socket is bound; nil when it is none of the internet's.
    package static func address(of descriptor: Int32) -> SourceAddress? { try? bound(descriptor).0 }

    private static func bound(_ descriptor: Int32) throws(Failure) -> (SourceAddress, isWildcard: Bool) {
        var end = tk_endpoint()
        let wildcard = try check(tk_udp_bound(descriptor, &end), "asking a socket for its address")
        return (SourceAddress(end), wildcard == 1)
    }

    static func check(_ result: Int32, _ step: @autoclosure () -> String) throws(Failure) -> Int32 {
        guard result >= 0 else { throw Failure(step: step(), code: -result) }
        return result
    }
}

/// Ends the waiting of every thread that waits with it, once and for all.
package final class StopEvent: Sendable {
    package let descriptor: Int32

    package init() throws(UDPEndpoint.Failure) {
        descriptor = try UDPEndpoint.check(tk_event_new(), "making an eventfd")
    }

    deinit { close(descriptor) }

    package func raise() { tk_event_raise(descriptor) }
}
