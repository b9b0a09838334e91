/// Where the accounting line tells of itself.
package struct LineReports: Sendable {
    package var log: @Sendable (String) -> Void
    /// Kind and message of what a person should look at. Told once for as long as it lasts.
    package var raise: @Sendable (_ kind: AlarmKind, _ message: String) -> Void
    package var clear: @Sendable (_ kind: AlarmKind) -> Void
    /// A transaction of so many records is in the database, which took it so long.
    package var stored: @Sendable (_ records: Int, _ microseconds: Int64) -> Void

    package init(
        log: @escaping @Sendable (String) -> Void,
        raise: @escaping @Sendable (_ kind: AlarmKind, _ message: String) -> Void = { _, _ in },
        clear: @escaping @Sendable (_ kind: AlarmKind) -> Void = { _ in },
        stored: @escaping @Sendable (_ records: Int, _ microseconds: Int64) -> Void = { _, _ in }
    ) {
        self.log = log
        self.raise = raise
        self.clear = clear
        self.stored = stored
    }
}

/// Alarms of the line, each raised once and cleared when its cause is gone.
struct LineAlarms {
    private static let all: [AlarmKind] = [.accountingStore, .journalFill, .journalFull, .journalWrite]

    private let reports: LineReports
    private var raised: Set<AlarmKind> = []
    private var isSettled = false

    init(_ reports: LineReports) { self.reports = reports }

    mutating func raise(_ kind: AlarmKind, _ message: String) {
        if raised.insert(kind).inserted { reports.raise(kind, message) }
    }

    mutating func clear(_ kind: AlarmKind) {
        if raised.remove(kind) != nil { reports.clear(kind) }
    }

    /// Records go through: what a predecessor raised, and was killed before it could end, is over.
    mutating func settle() {
        if isSettled { return }
        isSettled = true
        for kind in LineAlarms.all where !raised.contains(kind) { reports.clear(kind) }
    }

    /// Half full is time to look; it ends a little below, so that it does not flutter.
    mutating func look(at fill: JournalFill) {
        if fill.percent >= 50 {
            raise(
                .journalFill,
                "the accounting journal is \(fill.percent) % full (\(fill.bytes >> 20) of \(fill.limit >> 20) MiB): the "
                    + "database does not take its batches. When it is full, accounting is no longer answered.")
        } else if fill.percent < 45 {
            clear(.journalFill)
        }
        if fill.percent < 95 { clear(.journalFull) }
    }
}
