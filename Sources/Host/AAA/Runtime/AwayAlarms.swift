/// Which alarms are told directly while the database does not take them: each word once, and not more than twenty a
/// minute. What is said over that waits for the database.
package struct AwayAlarms {
    package struct Alarm: Sendable, Hashable {
        package let name: Notebook.AlarmName
        /// nil when it is over.
        package let message: String?
    }

    static let mostAMinute = 20
    private var told: [Notebook.AlarmName: String?] = [:]
    private var minute: Int64 = 0
    private var inMinute = 0

    /// What to tell now of a page that was not written. `now` is in seconds.
    mutating func look(_ alarms: [Notebook.AlarmName: String?], now: Int64) -> [Alarm] {
        if now / 60 != minute { (minute, inMinute) = (now / 60, 0) }
        var news: [Alarm] = []
        for (name, message) in alarms.sorted(by: { $0.key < $1.key }) {
            // A message with new numbers in it is no new alarm.
            if let last = told[name], (last == nil) == (message == nil) { continue }
            guard inMinute < AwayAlarms.mostAMinute else { break }
            inMinute += 1
            told.updateValue(message, forKey: name)
            news.append(Alarm(name: name, message: message))
        }
        return news
    }

    /// The database takes them again.
    mutating func isBack() { told = [:] }
}
