/// What alarms tell of. Each kind has its section of docs/runbook.md.
package enum AlarmKind: String, Sendable, CaseIterable, CustomStringConvertible {
    case accountingStore = "accounting-store"
    case crashLoop = "crash-loop"
    case databaseAway = "database-away"
    case emergency
    case journalDamage = "journal-damage"
    case journalFill = "journal-fill"
    case journalFull = "journal-full"
    case journalWrite = "journal-write"
    case latchedMessageAuthenticator = "latched-message-authenticator"
    case radiusLogOverflow = "radius-log-overflow"
    case runningFromSnapshot = "running-from-snapshot"
    case unknownFlood = "unknown-flood"

    /// As it stands in the table `alarms`.
    package var description: String { rawValue }
}
