/// Reads `change_feed` (0004_change_feed.sql): what changed since a cursor.
///
/// A cursor is a snapshot of PostgreSQL, not a serial number: a transaction that took its number early and commits
/// late is then still found. Take `now` first and load the state after it; a change in between comes twice, never
/// not at all.
package enum ChangeFeed {
    /// The channel that a commit with changes notifies. It only wakes; what changed stands in the table.
    package static let channel = "tollkeeper_change"

    /// What a reader has seen.
    package struct Cursor: Sendable, Hashable {
        /// pg_snapshot in text.
        package var snapshot: String

        package init(snapshot: String) { self.snapshot = snapshot }
    }

    /// One row of a table that changed: the reader reads its current state, or finds it gone.
    package struct Change: Sendable, Hashable {
        /// Table name: `nas_devices`, `subscribers`, …
        package var topic: String
        /// The row's id; 0: the whole table.
        package var key: Int
    }

    package enum Answer: Sendable, Hashable {
        /// Each key once, oldest change first.
        case changes([Change])
        /// The cursor is older than what is kept, or of another database: read everything anew.
        case reload
    }

    /// The cursor of this moment.
    package static func now(_ connection: Connection) throws(StoreError) -> Cursor {
        Cursor(snapshot: try connection.query("SELECT pg_current_snapshot()::text")[0].text(0))
    }

    /// What was committed since `cursor`, and the cursor to go on from. Outside a transaction only: one that keeps its
    /// snapshot would see nothing new.
    package static func next(_ cursor: Cursor, _ connection: Connection) throws(StoreError) -> (Answer, Cursor) {
        let rows = try connection.query(statement, [.text(cursor.snapshot)])
        let next = Cursor(snapshot: rows[0].text(0))
        if rows[0].bool(1) { return (.reload, next) }
        var changes: [Change] = []
        for row in rows {
            if let topic = row.optionalText(2) { changes.append(Change(topic: topic, key: row.int(3))) }
        }
        return (.changes(changes), next)
    }

    /// One statement, so that rows and new cursor are of one snapshot. Columns: cursor, stale, topic, key.
    private static let statement = """
        SELECT here.snapshot::text,
               horizon.pruned >= pg_snapshot_xmin(asked.snapshot)
                   OR pg_snapshot_xmax(asked.snapshot) > pg_snapshot_xmax(here.snapshot),
               change.topic, change.key
        FROM (SELECT pg_current_snapshot() AS snapshot) here
        CROSS JOIN (SELECT $1::pg_snapshot AS snapshot) asked
        CROSS JOIN change_feed_horizon horizon
        LEFT JOIN LATERAL (
            SELECT topic, key, min(id) AS first FROM change_feed
            WHERE xid >= pg_snapshot_xmin(asked.snapshot) AND NOT pg_visible_in_snapshot(xid, asked.snapshot)
            GROUP BY topic, key
        ) change ON true
        ORDER BY change.first
        """

    /// Forgets rows older than `hours`; returns how many. Readers that stayed away longer reload.
    @discardableResult
    package static func prune(olderThanHours hours: Int = 24, _ connection: Connection) throws(StoreError) -> Int {
        try connection.query("SELECT change_feed_prune(make_interval(hours => $1::int))", [.int(hours)])[0].int(0)
    }
}
