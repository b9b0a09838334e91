import PluginAPI

/// What the index remembers of one session; 144 bytes.
struct SessionEntry {
    var key: SessionKey
    /// Of the login, as Class brought it.
    var classKey: SessionKey
    /// Hash of NAS, Acct-Session-Id, kind and service.
    var place: UInt64
    /// Hash of the user name; 0 for none.
    var user: UInt64
    /// Seconds since 1970.
    var start: Int64
    /// The same by the NAS' own clock.
    var startByNAS: Int64
    /// The earliest start that any of its records told; the row's.
    var earliest: Int64
    var lastEvent: Int64
    var lastSeconds: Int64
    /// Octets as last reported; 0 before the first report. Where they fall, the row needs more than an advance.
    var lastInput: UInt64 = 0
    var lastOutput: UInt64 = 0
    /// Hash of what the row was last told to be, by a record in order; 0 when this process does not know.
    var described: UInt64 = 0
    /// When the index last learned of it: milliseconds of a clock that never goes back.
    var changedAt: UInt64 = 0
    var nasID: Int64
    /// The NAS' restarts that were known when `described` was.
    var restarts: UInt32 = 0
    /// The entry of the same place that came before; `SessionTable.none` for none.
    var older: UInt32 = SessionTable.none
    var hasClass: Bool
    var isOpen: Bool
    /// Whether `start` is by the NAS' clock, and believed; else it was reckoned from a time of arrival.
    var isStartTold: Bool
    /// Whether the place is taken; a free one is linked by `older`.
    var isUsed = true

    init(_ record: AccountingRecord, key: SessionKey, place: UInt64, start: Int64, isOpen: Bool) {
        self.key = key
        classKey = record.classKey ?? key
        hasClass = record.classKey != nil
        self.place = place
        user = SessionEntry.user(record.username)
        self.start = start
        startByNAS = record.distrustedTime == nil ? start : record.startByNAS
        isStartTold = record.hasEventTimestamp
        earliest = start
        lastEvent = record.eventTime
        lastSeconds = record.sessionSeconds
        if record.hasOctets {
            lastInput = record.inputOctets
            lastOutput = record.outputOctets
        }
        nasID = record.nasID
        self.isOpen = isOpen
    }

    static func user(_ name: String?) -> UInt64 {
        guard let name else { return 0 }
        var hash = ValueHash()
        hash.add(name)
        return hash.result
    }

    static func place(nas: Int64, acctSessionID: String, kind: RecordKind, serviceName: String?) -> UInt64 {
        var hash = ValueHash()
        hash.add(UInt64(bitPattern: nas))
        hash.add(acctSessionID)
        switch kind {
        case .session: hash.add(1 as UInt64)
        case .service: hash.add(2 as UInt64)
        case .host: hash.add(3 as UInt64)
        @unknown default: hash.add(4 as UInt64)
        }
        hash.add(serviceName)
        return hash.result
    }
}

extension SessionEntry {
    /// Whether the record is of this session.
    func isOf(_ record: AccountingRecord, user recordUser: UInt64, tolerance: Int64) -> Bool {
        if let theirs = record.classKey, hasClass { return theirs == classKey }
        guard user == recordUser, (record.classKey == nil) == !hasClass else { return false }
        // A Start without session time tells its start exactly; so does any record that has the time.
        guard record.hasSessionTime || record.status == .start else { return isOpen }
        let apart = abs(record.start - start)
        if apart <= tolerance || abs(record.startByNAS - startByNAS) <= tolerance { return true }
        // Two starts that were told, and believed, are two sessions.
        guard !record.hasEventTimestamp || !isStartTold else { return false }
        // By a clock that is believed it began when the old one was heard of no more.
        let isLater = record.hasEventTimestamp && record.start > lastEvent + tolerance
        return isPassed(by: record, tolerance) || isOfWithoutTimestamp(record, apart, isLater: isLater)
    }

    /// Without Event-Timestamp a start is reckoned from the time of arrival, which retransmission delays.
    private static let looseToleranceSeconds: Int64 = 60

    /// Without Event-Timestamp the start is only reckoned. A record that goes on where the open session stood is its
    /// own; after a reboot the session time would begin anew. A Stop that comes again tells the same session time.
    /// - isLater: whether the record's session began after this one was last heard of.
    private func isOfWithoutTimestamp(_ record: AccountingRecord, _ apart: Int64, isLater: Bool) -> Bool {
        switch record.status {
        case .stop where !isOpen: record.sessionSeconds == lastSeconds
        case .start: isOpen && lastSeconds == 0 && apart <= SessionEntry.looseToleranceSeconds
        default:
            isOpen
                && (apart <= SessionEntry.looseToleranceSeconds
                    || (record.sessionSeconds >= lastSeconds && !isLater))
        }
    }

    /// An interim that comes after the Stop and tells of a time before it: a new session can't have begun while the old
    /// one lasted.
    private func isPassed(by record: AccountingRecord, _ tolerance: Int64) -> Bool {
        record.status == .interim && !isOpen && record.sessionSeconds <= lastSeconds
            && record.start + tolerance < lastEvent
    }

    /// Takes in what the record tells; true when the record only moves the session on (`SessionAdvance`).
    mutating func take(_ record: AccountingRecord, described hash: UInt64, restarts known: UInt32) -> Bool {
        let isNewer = (record.sessionSeconds, record.eventTime) > (lastSeconds, lastEvent)
        let isOlder = (record.sessionSeconds, record.eventTime) < (lastSeconds, lastEvent)
        let grows = record.inputOctets >= lastInput && record.outputOctets >= lastOutput
        // As in `SessionUpsert`: of one second of the session more octets are later.
        let isSame =
            record.sessionSeconds == lastSeconds && (record.sessionSeconds > 0 || record.eventTime == lastEvent)
        let advances =
            isOpen && !isOlder && hash != 0 && hash == described && restarts == known && record.hasOctets && grows
            && record.start >= earliest && (record.status == .interim || record.status == .stop)
        if isOpen, record.hasOctets, isNewer || (isSame && grows) {
            lastInput = record.inputOctets
            lastOutput = record.outputOctets
        }
        if isOpen, isNewer {
            described = hash
            restarts = known
        }
        earliest = min(earliest, record.start)
        lastSeconds = max(lastSeconds, record.sessionSeconds)
        lastEvent = max(lastEvent, record.eventTime)
        if record.status == .stop { isOpen = false }
        return advances
    }
}
