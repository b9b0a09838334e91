/// An emergency that was switched on at this node alone, as its file keeps it until the database has heard of it.
package struct LocalEmergency: Sendable, Hashable {
    package var skip: EmergencySkip
    /// Seconds since 1970.
    package var started: Int64
    package var actor: String
    /// When it was switched off; nil while it is on or when its time ran out.
    package var ended: Int64?
    package var endedBy: String?
    /// Whether the database has its beginning.
    package var isNoted = false

    package init(skip: EmergencySkip, started: Int64, actor: String) {
        self.skip = skip
        self.started = started
        self.actor = actor
    }

    package func active(now: Int64) -> EmergencySkip { ended == nil && now < skip.until ? skip : .none }

    /// When it was over; nil while it is not.
    package func end(now: Int64) -> Int64? { ended ?? (now >= skip.until ? skip.until : nil) }

    static let firstWord = "tollkeeper-emergency "
    private static let firstLine = firstWord + "1"

    /// Seconds since 1970 that a clock may show.
    private static let timeRange: Range<Int64> = 0..<(1 << 40)

    package var text: String {
        var lines = [
            LocalEmergency.firstLine, "skip \(skip.words.text)", "started \(started)", "until \(skip.until)",
            "by \(actor)",
        ]
        if let ended { lines.append("ended \(ended)") }
        if let endedBy { lines.append("ended-by \(endedBy)") }
        if isNoted { lines.append("noted") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// nil when the text is no such file, or promises more than is allowed.
    package init?(text: String) {
        var lines = text.split(separator: "\n").map(String.init)
        guard !lines.isEmpty, lines.removeFirst() == LocalEmergency.firstLine else { return nil }
        var values: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard let name = parts.first else { return nil }
            values[name] = parts.count > 1 ? parts[1] : ""
        }
        guard let words = values["skip"].flatMap({ EmergencySkip.Words(text: $0) }),
            let started = values["started"].flatMap({ Int64($0) }), let until = values["until"].flatMap({ Int64($0) }),
            let actor = values["by"], LocalEmergency.timeRange.contains(started), until > started,
            until - started <= EmergencySkip.longestSeconds
        else { return nil }
        self.init(skip: EmergencySkip(words: words, until: until), started: started, actor: actor)
        ended = values["ended"].flatMap { Int64($0) }
        endedBy = values["ended-by"]
        isNoted = values["noted"] != nil
    }
}
