/// One field of a schedule: its numbers and their names.
struct CronField {
    let title: String
    let range: ClosedRange<Int>
    let names: [String]

    static let minute = CronField(title: "minute", range: 0...59, names: [])
    static let hour = CronField(title: "hour", range: 0...23, names: [])
    static let day = CronField(title: "day of the month", range: 1...31, names: [])
    static let month = CronField(
        title: "month", range: 1...12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
    static let weekday = CronField(
        title: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

    /// `*`, `5`, `1-5`, `*/15`, `10-40/10`, `mon,wed`: as bits.
    func read(_ text: String) throws(Cron.Problem) -> UInt64 {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) { bits |= try readPart(String(part)) }
        return bits
    }

    private func readPart(_ text: String) throws(Cron.Problem) -> UInt64 {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard halves.count <= 2 else { throw wrong(text) }
        var step = 1
        if halves.count == 2 {
            guard let given = Int(halves[1]), given > 0, given <= range.upperBound else { throw wrong(text) }
            step = given
        }
        let span = try span(halves[0], stepped: halves.count == 2)
        return stride(from: span.lowerBound, through: span.upperBound, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private func span(_ text: String, stepped: Bool) throws(Cron.Problem) -> ClosedRange<Int> {
        if text == "*" { return range.lowerBound...(title == "day of the week" ? 6 : range.upperBound) }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        let first = try number(ends[0])
        guard ends.count > 1 else { return first...(stepped ? range.upperBound : first) }
        let last = try number(ends[1])
        guard ends.count == 2, first <= last else { throw wrong(text) }
        return first...last
    }

    private func number(_ text: String) throws(Cron.Problem) -> Int {
        if let place = names.firstIndex(of: text) { return place + range.lowerBound }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), range.contains(number) else {
            throw wrong(text)
        }
        return number
    }

    private func wrong(_ text: String) -> Cron.Problem {
        Cron.Problem(
            description: "`\(text)` is no \(title) (\(range.lowerBound) to \(range.upperBound), lists, ranges, steps)")
    }
}
