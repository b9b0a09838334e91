import RADIUS

/// The filter on one socket, as it was last set.
struct SocketFilter: Sendable {
    private let endpoint: UDPEndpoint
    /// The sources that pass; nil when unknown ones do too.
    private(set) var known: SourceIntervals?
    private(set) var thinned: [FilterProgram.Thinned] = []

    init(_ endpoint: UDPEndpoint) { self.endpoint = endpoint }

    var isThere: Bool { known != nil || !thinned.isEmpty }

    /// Puts the filter on the socket, or takes it off when it would let everything in. Does nothing when it is there.
    /// - Returns: whether the list had to be made coarser.
    mutating func set(known: SourceIntervals?, thinned: [FilterProgram.Thinned]) throws(UDPEndpoint.Failure) -> Bool {
        guard known != self.known || thinned != self.thinned else { return false }
        var isCoarse = false
        if known == nil, thinned.isEmpty {
            try endpoint.unfilter()
        } else {
            isCoarse = try endpoint.filter(known ?? .everywhere, thinned: thinned)
        }
        (self.known, self.thinned) = (known, thinned)
        return isCoarse
    }

    /// After a failure, or of a predecessor's: whatever is there goes. Returns whether there was one.
    mutating func remove() throws(UDPEndpoint.Failure) -> Bool {
        (known, thinned) = (nil, [])
        return try endpoint.unfilter()
    }
}
