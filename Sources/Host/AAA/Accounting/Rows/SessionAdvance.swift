import Store

/// The statement for the records that most are: an interim or Stop of an open session that this server wrote last, not
/// older, with no fewer octets, and with nothing told anew. It does to such a row what `SessionUpsert` does, and costs a
/// third. Where a row is not as expected the whole transaction is refused with `mismatch`, and `SessionUpsert` takes
/// the batch.
enum SessionAdvance {
    /// SQLSTATE of the refusal: the statement divides by zero.
    static let mismatch = "22012"

    private static let columns: [SessionColumn] = [
        .key, .eventAt, .seconds, .input, .output, .inputPackets, .outputPackets, .terminateCause, .isStop,
    ]

    static func statement(_ items: [AccountingItem], node: String) -> Statement {
        Statement(sql, columns.map { $0.array(items).parameter } + [.text(node), .int(items.count)])
    }

    private static let sql = """
        with done as (
          update sessions_live s set
            updated_at = greatest(s.updated_at, u.event_at),
            stopped_at = coalesce(s.stopped_at, case when u.is_stop then u.event_at end),
            session_seconds = greatest(s.session_seconds, u.seconds),
            input_octets = u.input + s.base_input, output_octets = u.output + s.base_output,
            last_input = u.input, last_output = u.output,
            input_packets = greatest(s.input_packets, u.input_packets),
            output_packets = greatest(s.output_packets, u.output_packets),
            last_order_seconds = u.seconds, last_event_at = greatest(s.last_event_at, u.event_at),
            terminate_cause = coalesce(s.terminate_cause, u.terminate_cause),
            state = case when u.is_stop then 'closed' else s.state end
          from (select \(SessionColumn.unnest(columns))) u
         where s.session_key = u.session_key and s.state = 'live' and s.node = $\(columns.count + 1)::text
           and (u.seconds, u.event_at) >= (s.last_order_seconds, s.last_event_at)
           and u.input >= coalesce(s.last_input, 0) and u.output >= coalesce(s.last_output, 0)
        returning 1)
        select 1 / (count(*) = $\(columns.count + 2)::bigint)::int from done
        """
}
