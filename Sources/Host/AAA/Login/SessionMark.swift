package import PluginAPI

/// What the session limit needs to know of one session.
package struct SessionMark: Sendable, Hashable {
    package var key: SessionKey
    package var scope: NASScope
    package var mac: MACAddress?
    package var state: State
    /// When it was last heard of, seconds since 1970.
    package var lastHeard: Int64

    package enum State: Sendable, Hashable, BitwiseCopyable {
        /// Accepted, no Start yet.
        case pending
        case live
        /// Its NAS has restarted or it has fallen silent: it locks nobody out.
        case suspect
    }

    package init(key: SessionKey, scope: NASScope, mac: MACAddress?, state: State, lastHeard: Int64) {
        self.key = key
        self.scope = scope
        self.mac = mac
        self.state = state
        self.lastHeard = lastHeard
    }
}

/// Tollkeeper's own name of a session: 16 bytes.
package struct SessionKey: Sendable, Hashable, BitwiseCopyable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// nil unless there are 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    package var hex: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
