package import PluginAPI

/// A subscriber's other sessions at one moment, as the session limit sees them.
package struct SessionTally: Sendable, Hashable {
    /// Those that take a place.
    package var counted = 0
    /// Suspect ones, which lock nobody out, and the device's own ghosts, which it replaces.
    package var others = 0

    package init(counted: Int = 0, others: Int = 0) {
        self.counted = counted
        self.others = others
    }
}

extension SessionTally {
    /// Counts one session of the subscriber against a login at `nasID` by the device `mac`.
    mutating func add(_ state: SessionMark.State, nasID: Int64, mac: MACAddress?, for claim: SessionClaim) {
        if state == .suspect || claim.replaces(nasID: nasID, mac: mac) { others += 1 } else { counted += 1 }
    }
}

/// Who asks for a place among a subscriber's sessions.
package struct SessionClaim: Sendable {
    package var subscriberID: Int64
    package var key: SessionKey
    package var nasID: Int64
    package var mac: MACAddress?
    /// Seconds since 1970.
    package var now: Int64
    /// Seconds after which a session that was not heard of is suspect.
    package var silence: Int64

    package init(
        subscriberID: Int64, key: SessionKey, nasID: Int64, mac: MACAddress?, now: Int64, silence: Int64
    ) {
        self.subscriberID = subscriberID
        self.key = key
        self.nasID = nasID
        self.mac = mac
        self.now = now
        self.silence = silence
    }

    /// The same device at the same NAS: its own ghost.
    func replaces(nasID other: Int64, mac theirs: MACAddress?) -> Bool {
        other == nasID && theirs != nil && theirs == mac
    }
}
