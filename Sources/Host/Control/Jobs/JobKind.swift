/// What can be done as a job: bulk actions, imports, disconnects, retention. Run at least once: after a crash again, from
/// its checkpoint.
package protocol JobKind: Sendable {
    /// `retention.apply`; in `jobs.kind`.
    var name: String { get }
    /// How many may run at once in the whole cluster; nil for any number.
    var limit: Int? { get }
    /// After so many failed runs it is given up.
    var patience: Int { get }

    /// Does it, on a thread that it may block. The result is JSON text for who asks, or nil. Throws `JobError` to say how
    /// to go on; of other errors those of the database are tried again, a `RecordRefusal` is final.
    func run(_ job: JobContext) throws -> String?
}

extension JobKind {
    package var limit: Int? { nil }
    package var patience: Int { 8 }
}

/// How a run ends without a result.
package enum JobError: Error, Sendable, Hashable {
    /// Doing it again would not help.
    case failed(String)
    /// Later it may go well.
    case again(String)
    /// It was asked to stop, and has.
    case cancelled
    /// The server stops; another run goes on from the checkpoint, at once.
    case interrupted
    /// The lease was another's meanwhile: whatever this run still does must not count.
    case lost
}
