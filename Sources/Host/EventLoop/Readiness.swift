import CEvent

/// What a descriptor is waited for. A closed peer counts as readable.
package enum Readiness: Sendable {
    case read, write

    var events: Int16 {
        switch self {
        case .read: Int16(EV_READ)
        case .write: Int16(EV_WRITE)
        }
    }
}
