import Control
import Threads

/// Where the pages find the board of alarms: there once the database was.
final class AlarmPlace: Sendable {
    private let place = Locked<AlarmBoard?>(nil)

    var board: AlarmBoard? {
        get { place.withLock { $0 } }
        set { place.withLock { $0 = newValue } }
    }
}
