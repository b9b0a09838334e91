import RADIUS

/// When an Accounting-Request says that its event was (Event-Timestamp, RFC 2869 section 5.3), seen from our clock.
struct EventTime: Sendable, Hashable {
    /// No record is held back for longer than this.
    static let longestDelaySeconds: Int64 = 7 * 86_400
    /// A NAS that is further ahead of us is not believed.
    static let longestLeadSeconds: Int64 = 3600

    /// Seconds since 1970: what was sent, or else the time of arrival.
    let believed: Int64
    /// Whether `believed` was sent.
    let isTold: Bool
    /// What was sent and is not believed. It still tells sessions apart: perhaps it is our clock that is wrong. Not so
    /// that of a NAS whose clock was never set: it says the same after every boot.
    let distrusted: Int64?

    init(_ first: FirstAttributes, _ arrival: Int64) {
        let sent = first.integer(AttributeNumber.eventTimestamp).map { Int64($0) }
        let isSet = sent.map { abs($0 - arrival) < EventTime.longestDelaySeconds } ?? false
        isTold = isSet && (sent ?? 0) < arrival + EventTime.longestLeadSeconds
        believed = isTold ? sent ?? arrival : arrival
        distrusted = isSet && !isTold ? sent : nil
    }
}
