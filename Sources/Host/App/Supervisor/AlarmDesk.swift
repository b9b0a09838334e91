import AAA
import Log
import Store

/// The supervisor's alarms: rows in `alarms`, written when the database is reached. A thread of its own, since the
/// supervisor waits for nothing.
final class AlarmDesk: Sendable {
    private struct Note: Sendable {
        let subject: String
        /// nil clears it.
        let message: String?
    }

    private let notes = Mailbox<Note>(limit: 100)
    private let thread: WorkerThread

    init(_ connect: @escaping @Sendable () throws -> Connection) {
        thread = WorkerThread("alarms") { [notes] in
            // The last word on each subject counts.
            var waiting: [String: Note] = [:]
            while let taken = notes.take(most: 100, waitingMilliseconds: waiting.isEmpty ? 60_000 : 2000) {
                for note in taken { waiting[note.subject] = note }
                guard !waiting.isEmpty, let connection = try? connect() else { continue }
                waiting = waiting.filter { !AlarmDesk.write($0.value, connection) }
            }
        }
    }

    func raise(_ subject: String, _ message: String) { _ = notes.put(Note(subject: subject, message: message)) }
    func clear(_ subject: String) { _ = notes.put(Note(subject: subject, message: nil)) }

    /// What could not be written by then is in the log.
    func stop() {
        notes.close()
        thread.join()
    }

    private static func write(_ note: Note, _ connection: Connection) -> Bool {
        let (kind, subject) = (Parameter.text(AlarmKind.crashLoop.rawValue), Parameter.text(note.subject))
        do {
            if let message = note.message {
                try connection.query(
                    """
                    insert into alarms (kind, subject, message) values ($1, $2, $3)
                    on conflict (tenant_id, kind, subject) where cleared_at is null
                    do update set message = excluded.message
                    """, [kind, subject, .text(message)])
            } else {
                try connection.query(
                    "update alarms set cleared_at = now() where kind = $1 and subject = $2 and cleared_at is null",
                    [kind, subject])
            }
            return true
        } catch {
            return false
        }
    }
}
