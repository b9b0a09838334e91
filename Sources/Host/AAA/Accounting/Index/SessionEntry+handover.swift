extension SessionEntry {
    private static let encodedLength: UInt64 = 129
    /// Of versions that told neither the start by the NAS' clock nor octets.
    private static let firstLength: UInt64 = 105

    /// A length, then the record; a later version may append to it.
    func append(to bytes: inout [UInt8]) {
        bytes.appendBig(SessionEntry.encodedLength, bytes: 2)
        bytes.append(key: key)
        bytes.append(key: classKey)
        for word in [place, user, described, changedAt] { bytes.appendBig(word, bytes: 8) }
        for number in [start, earliest, lastEvent, lastSeconds, nasID] {
            bytes.appendBig(UInt64(bitPattern: number), bytes: 8)
        }
        bytes.append((hasClass ? 1 : 0) | (isOpen ? 2 : 0) | (isStartTold ? 0 : 4))
        bytes.appendBig(UInt64(bitPattern: startByNAS), bytes: 8)
        for octets in [lastInput, lastOutput] { bytes.appendBig(octets, bytes: 8) }
    }

    init?(_ bytes: inout ArraySlice<UInt8>) {
        guard let length = bytes.takeBig(2), length >= SessionEntry.firstLength, var body = bytes.take(Int(length)),
            let key = body.takeKey(), let classKey = body.takeKey(), let place = body.takeBig(8),
            let user = body.takeBig(8), let described = body.takeBig(8), let changedAt = body.takeBig(8),
            let start = body.takeSigned(), let earliest = body.takeSigned(), let lastEvent = body.takeSigned(),
            let lastSeconds = body.takeSigned(), let nasID = body.takeSigned(), let flags = body.takeBig(1)
        else { return nil }
        self.key = key
        self.classKey = classKey
        self.place = place
        self.user = user
        self.described = described
        self.changedAt = changedAt
        self.start = start
        self.earliest = earliest
        self.lastEvent = lastEvent
        self.lastSeconds = lastSeconds
        self.nasID = nasID
        hasClass = flags & 1 != 0
        isOpen = flags & 2 != 0
        isStartTold = flags & 4 == 0
        startByNAS = body.takeSigned() ?? start
        if let input = body.takeBig(8), let output = body.takeBig(8) {
            lastInput = input
            lastOutput = output
        } else {
            self.described = 0
        }
    }

    /// The predecessor knows more of the session than the database did when this process read it.
    mutating func takeOver(_ other: SessionEntry) {
        // By whose clock the start was reckoned the row does not say.
        start = other.start
        startByNAS = other.startByNAS
        isStartTold = other.isStartTold
        earliest = min(earliest, other.earliest)
        lastEvent = max(lastEvent, other.lastEvent)
        lastSeconds = max(lastSeconds, other.lastSeconds)
        isOpen = isOpen && other.isOpen
        if described == 0 {
            described = other.described
            lastInput = max(lastInput, other.lastInput)
            lastOutput = max(lastOutput, other.lastOutput)
        }
        changedAt = max(changedAt, other.changedAt)
    }
}
