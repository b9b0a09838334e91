import AAA
import Control
import Log

/// While the database is away, `radius` tells its alarms to syslog itself: nobody else would know of them.
enum DirectAlarm {
    static func send(_ alarm: AwayAlarms.Alarm, to target: Syslog, _ log: Log) {
        let event: AlarmMessage.Event = alarm.message == nil ? .cleared : .raised
        let text = AlarmMessage.line(event, subject: alarm.name.subject, message: alarm.message ?? "it is over")
        do {
            try target.send(event == .raised ? .error : .notice, id: alarm.name.kind.rawValue, text)
        } catch {
            log.warning("an alarm could not be told to syslog: \(error)", [.name: alarm.name.kind])
        }
    }
}
