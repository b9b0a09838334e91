import AAA
import Dispatch
package import Store

/// What has to happen now and then: partitions ahead of time, closed sessions moved to their month, silent sessions
/// marked suspect, the feed pruned. How long data is kept is `Retention`'s.
package final class Housekeeper: Sendable {
    private let bell = DispatchSemaphore(value: 0)
    private let thread: WorkerThread

    package init(_ database: ConnectionSettings, everySeconds: Int = 60, log: @escaping @Sendable (String) -> Void) {
        thread = WorkerThread("housekeeping") { [bell] in
            repeat {
                do { try Housekeeper.tidy(try Connection(database)) } catch { log("housekeeping failed: \(error)") }
            } while bell.wait(timeout: .now() + .seconds(everySeconds)) == .timedOut
        }
    }

    package func stop() {
        bell.signal()
        thread.join()
    }

    /// One round.
    package static func tidy(_ connection: Connection) throws {
        try connection.query("select ensure_partitions()")
        // Before sessions move: what they used is counted where they are live.
        try connection.query("select tally_usage()")
        while try connection.query("select move_closed_sessions()").first?.int(0) == 10_000 {}
        // History of resellers who were moved, some of it each time.
        for _ in 0..<50 { if try connection.query("select reseller_moves_step()")[0].int(0) == 0 { break } }
        try ChangeFeed.prune(connection)
        try connection.query(silentSessions)
        // Of jobs that were cancelled or never ran: files that carry passwords are not kept.
        try connection.query("delete from uploads where created_at < now() - interval '7 days'")
        try EmergencyStore(connection).lapse()
        try Identity.tidy(connection)
    }

    /// No report for three intervals: suspect, not ended. It keeps its address, locks nobody out, and the next report
    /// brings it back (C15).
    private static let silentSessions = """
        update sessions_live set state = 'suspect', suspect_since = now()
         where state = 'live'
           and updated_at < now() - 3 * greatest(60, coalesce((
                 select value::int from system_preferences
                  where tenant_id = 1 and name = 'radius_interim_update_seconds' and value ~ '^[0-9]{1,6}$'), 600))
                 * interval '1 second'
        """
}
