import PluginAPI
import Store

/// An Accounting-On or -Off on its way through the table. The restart itself is one row, written with its batch; the
/// sessions of before follow in chunks between the batches, so that 50,000 of them hold nobody up.
///
/// A row's number tells whether it was there when the restart came; a record that comes while its row waits for the
/// sweep is judged by its own time, as it would be after it: one from after the restart moves `updated_at` beyond the
/// sweep's reach, one from before does not.
struct RestartSweep {
    private let id: Int64
    private let nasID: Int64
    private let nasIP: IPAddress
    private let identifier: String?
    private let virtualRouter: String?
    /// Microseconds since 1970.
    private let at: Int64
    /// Rows from this number on came after the restart.
    private let below: Int64
    /// Acct-Session-Id up to which rows are done.
    private var cursor = ""
    private(set) var isDone = false

    /// Rows a statement: some 20 ms of the database's time.
    static let chunk = 1000

    /// The row that makes the restart durable. Sessions of the restarted part become suspect: ended most likely, but
    /// only their own Stop, a verified absence or time says so, and a later interim re-opens them.
    static func begin(_ record: AccountingRecord, node: String) -> Statement {
        Statement(
            """
            with epoch as (
              insert into nas_epochs (nas_id, scope, epoch, at) values ($1, $6, 1, $2)
              on conflict (nas_id, scope) do update set epoch = nas_epochs.epoch + 1, at = excluded.at
            )
            insert into session_sweeps (nas_id, at, nas_ip, nas_identifier, virtual_router, node, below)
            values ($1, $2, $3, $4, $5, $7, nextval('sessions_id'))
            """,
            [
                .int(record.nasID), .timestamp(record.eventTime * 1_000_000), .inet("\(record.nasIP)"),
                Parameter(record.nasIdentifier), Parameter(record.virtualRouter),
                .text("\(record.nasIP)|\(record.nasIdentifier ?? "")|\(record.virtualRouter ?? "")"), .text(node),
            ])
    }

    /// What this node has begun and not finished, in order.
    static func waiting(_ connection: Connection, node: String) throws -> [RestartSweep] {
        try connection.query(waiting.sql, [.text(node)]).map { RestartSweep($0) }
    }

    static func waiting(node: String) -> Statement { Statement(waiting.sql, [.text(node)]) }

    private static let waiting = Statement(
        """
        select id, nas_id, nas_ip, nas_identifier, virtual_router, at, below from session_sweeps
         where node = $1 order by id
        """)

    init(_ row: Row) {
        id = Int64(row.int("id"))
        nasID = Int64(row.int("nas_id"))
        nasIP = row.optionalAddress("nas_ip") ?? IPAddress(ipv4: 0)
        identifier = row.optionalText("nas_identifier")
        virtualRouter = row.optionalText("virtual_router")
        at = row.timestamp("at")
        below = Int64(row.int("below"))
    }

    /// The next chunk, found along the index of NAS and Acct-Session-Id (`id + 0` keeps the planner off that of `id`,
    /// by which each chunk would read all rows again).
    func statement() -> Statement {
        Statement(
            """
            with chunk as (
              select session_key, acct_session_id from sessions_live
               where nas_id = $1 and acct_session_id >= $2 and state = 'live' and id + 0 < $3 and started_at <= $4
                 and updated_at <= $4 and nas_ip = $5 and nas_identifier is not distinct from $6
                 and ($7::text is null or virtual_router is not distinct from $7)
               order by nas_id, acct_session_id limit $8
            ), marked as (
              update sessions_live s set state = 'suspect', suspect_since = $4 from chunk c
               where s.session_key = c.session_key and s.state = 'live'
            ), finished as (
              delete from session_sweeps where id = $9 and (select count(*) from chunk) < $8
            )
            select count(*) as rows, max(acct_session_id) as last from chunk
            """,
            [
                .int(nasID), .text(cursor), .int(below), .timestamp(at), .inet("\(nasIP)"), Parameter(identifier),
                Parameter(virtualRouter), .int(RestartSweep.chunk), .int(id),
            ])
    }

    /// Takes what the chunk's statement answered.
    mutating func take(_ answers: [Rows]) {
        guard let row = answers.first?.first else { return }
        cursor = row.optionalText("last") ?? cursor
        isDone = row.int("rows") < RestartSweep.chunk
    }
}
