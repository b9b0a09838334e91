import CSystem
import Glibc

extension UDPEndpoint {
    /// From now on the kernel queues what known sources send, of those that are thinned a part, and of the rest one in
    /// `FilterProgram.trickle`. Takes the place of an earlier list at once. Returns whether the list had to be made
    /// coarser, so that some of the rest pass.
    ///
    /// The filter is the socket's, not the process's: it stays when the process ends, until `unfilter`.
    package func filter(
        _ sources: SourceIntervals, thinned: [FilterProgram.Thinned] = []
    ) throws(Failure) -> Bool {
        var limit = FilterProgram.longest
        var shortest = Int.max
        while true {
            let program = FilterProgram(sources, thinned: thinned, limit: limit)
            let raw = program.instructions.map(\.raw)
            let result = tk_filter_attach(descriptor, raw, UInt32(raw.count))
            // net.core.optmem_max bounds the program's size: 20 KiB before Linux 6.7, 128 KiB since.
            if result == -ENOMEM, raw.count > 64, raw.count < shortest {
                shortest = raw.count
                limit = raw.count / 2
                continue
            }
            _ = try UDPEndpoint.check(result, "filtering the socket at \(address)")
            return program.isCoarse
        }
    }

    /// Queues everything again. Returns whether there was a filter.
    @discardableResult
    package func unfilter() throws(Failure) -> Bool {
        try UDPEndpoint.check(tk_filter_detach(descriptor), "ending the filter of the socket at \(address)") > 0
    }

    /// How the socket's queue stands.
    package struct Queue: Sendable, Hashable {
        /// 0 empty, 1 full; the kernel gives room back in steps of up to a quarter, so up to 0.25 more than it is.
        package var fill: Double
        /// Datagrams lost at this socket since it was made: for want of room, or refused by a filter.
        package var drops: UInt32
    }

    /// nil when the kernel does not tell.
    package var queue: Queue? {
        var (queued, room, drops) = (UInt32(0), UInt32(0), UInt32(0))
        guard tk_socket_queue(descriptor, &queued, &room, &drops) == 0, room > 0 else { return nil }
        return Queue(fill: Double(queued) / Double(room), drops: drops)
    }
}
