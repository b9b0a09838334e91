/// When the log speaks of an emergency: at its beginning, its change and its end, and every ten minutes between.
package struct EmergencyWatch: Sendable {
    private var said: EmergencySkip.Words = []
    private var saidUntil: Int64 = 0
    private var saidAt: Int64 = 0
    private static let everySeconds: Int64 = 600

    package init() {}

    /// - Parameters:
    ///   - skips: the emergencies there are: this node's and everybody's.
    ///   - now: seconds since 1970.
    /// - Returns: what to say; nil for nothing.
    package mutating func look(_ skips: [EmergencySkip], now: Int64) -> String? {
        let active = skips.filter { !$0.active(now: now).isEmpty }
        let words = active.reduce(into: EmergencySkip.Words()) { $0.formUnion($1.words) }
        let until = active.map(\.until).max() ?? 0
        let changes = words != said || until != saidUntil
        guard changes || (!words.isEmpty && now - saidAt >= EmergencyWatch.everySeconds) else { return nil }
        (said, saidUntil, saidAt) = (words, until, now)
        if words.isEmpty { return "the emergency is over: every check is made again" }
        return "EMERGENCY: not checked are \(words.list.joined(separator: ", ")), until \(UTCTime(until))"
    }
}
