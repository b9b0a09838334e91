import PluginAPI
import Store
import Threads

/// The statement that writes a batch of accounting records into `sessions_live`: arrays in, one row a session.
///
/// Its rules (D11): order within a session is session time, then event time. A record that is not newer changes nothing
/// but fills what was unknown; only its counters count where it is of the same second of the session (the same event
/// time, where session time is not told) and neither is less, or where it is the Stop. A newer one with fewer octets is a 32-bit wrap where the NAS never
/// sends gigawords, else a counter that began anew. A Stop closes, once; what comes after it changes nothing.
enum SessionUpsert {
    /// What every record has beside `SessionColumn.described`.
    private static let fixed: [SessionColumn] = [
        .key, SessionColumn("record_kind", .text) { $1.append($0.row.record.kind.rawValue) },
        SessionColumn("nas_id", .bigint) { $1.append($0.row.record.nasID) },
        SessionColumn("nas_ip", .inet) { $1.append($0.row.record.nasIP) },
        SessionColumn("acct_session_id", .text) { $1.append($0.row.record.acctSessionID) },
        .startedAt, .eventAt, .seconds,
        .input,
        .output, .inputPackets, .outputPackets, .terminateCause, .isStop,
        SessionColumn("sends_gigawords", .bool) { $1.append($0.row.record.sendsGigawords) },
    ]

    /// Each session at most once: the statement can't meet a row twice. In the order of the keys: where two servers write
    /// the same sessions in full, the one waits for the other. A batch in several statements takes its rows in as many
    /// orders, so two such may wait in a ring; PostgreSQL refuses one after its deadlock_timeout, and that is written
    /// again in full.
    ///
    /// A column that no record of the batch fills is left out: most sessions have few of them.
    /// - areNew: every session is thought to have no row. Not asking costs less; where one has, the whole
    ///   transaction is refused with `isThere`.
    static func statement(_ items: [AccountingItem], node: String, areNew: Bool = false) -> Statement {
        var described: [SessionColumn] = []
        var parameters: [Parameter] = []
        described.reserveCapacity(SessionColumn.described.count)
        parameters.reserveCapacity(fixed.count + SessionColumn.described.count + 1)
        for column in fixed { parameters.append(column.array(items).parameter) }
        for column in SessionColumn.described {
            let array = column.array(items)
            if array.isNull, column.name != "username" { continue }
            described.append(column)
            parameters.append(array.parameter)
        }
        parameters.append(.text(node))
        return Statement(text(described, areNew), parameters)
    }

    /// Texts by the columns that are filled; there are few sets of them.
    private static let texts = Locked<[[String]: String]>([:])

    /// SQLSTATE of the refusal: the key is not unique.
    static let isThere = "23505"

    private static func text(_ described: [SessionColumn], _ areNew: Bool) -> String {
        let names = described.map(\.name) + (areNew ? ["new"] : [])
        return texts.withLock { texts in
            if let known = texts[names] { return known }
            if texts.count >= 200 { texts.removeAll() }
            let text = areNew ? insert(described) : insert(described) + merge(described)
            texts[names] = text
            return text
        }
    }

    private static func insert(_ described: [SessionColumn]) -> String {
        """
        insert into sessions_live as s (
          session_key, tenant_id, record_kind, nas_id, nas_ip, acct_session_id, started_at, updated_at, stopped_at,
          session_seconds, input_octets, output_octets, input_packets, output_packets, last_input, last_output,
          base_input, base_output, last_order_seconds, last_event_at, terminate_cause, state, sends_gigawords,
          \(described.map(\.name).joined(separator: ", ")), node, reseller_path)
        select u.session_key, coalesce((select n.tenant_id from nas_devices n where n.id = u.nas_id), 1),
               u.record_kind, u.nas_id, u.nas_ip, u.acct_session_id,
               u.started_at, u.event_at, case when u.is_stop then u.event_at end, u.seconds,
               coalesce(u.input, 0), coalesce(u.output, 0),
               u.input_packets, u.output_packets, u.input, u.output, 0, 0, u.seconds, u.event_at, u.terminate_cause,
               case when u.is_stop then 'closed' else 'live' end, u.sends_gigawords,
               \(described.map { "u.\($0.name)" }.joined(separator: ", ")), $\(fixed.count + described.count + 1)::text,
               \(resellerPath(described))
          from (select \(SessionColumn.unnest(fixed + described))) u
        """
    }

    /// Whose the session is: the subscriber's reseller when it was first heard of.
    private static func resellerPath(_ described: [SessionColumn]) -> String {
        guard described.contains(where: { $0.name == "subscriber_id" }) else { return "''" }
        return "coalesce((select b.reseller_path from subscribers b where b.id = u.subscriber_id), '')"
    }

    private static func merge(_ described: [SessionColumn]) -> String {
        """

        on conflict (session_key) do update set
          \(update),
          \((described.map(\.name) + ["node"]).map(describe).joined(separator: ",\n  "))
        """
    }

    private static let update = """
        started_at = least(s.started_at, excluded.started_at),
          updated_at = case when \(applies) then greatest(s.updated_at, excluded.updated_at) else s.updated_at end,
          stopped_at = coalesce(s.stopped_at, excluded.stopped_at),
          session_seconds = case when \(open) then greatest(s.session_seconds, excluded.session_seconds)
                                 else s.session_seconds end,
          \(counter("input")), \(counter("output")), \(packets("input")), \(packets("output")),
          counter_wraps = s.counter_wraps + case when \(counts) and (\(wrapped("input")) or \(wrapped("output")))
                                                 then 1 else 0 end,
          counter_resets = s.counter_resets + case when \(counts) and (\(reset("input")) or \(reset("output")))
                                                   then 1 else 0 end,
          last_order_seconds = case when \(applies) then greatest(s.last_order_seconds, excluded.last_order_seconds)
                                    else s.last_order_seconds end,
          last_event_at = case when \(applies) then greatest(s.last_event_at, excluded.last_event_at)
                               else s.last_event_at end,
          terminate_cause = coalesce(s.terminate_cause, excluded.terminate_cause),
          reseller_path = case when s.reseller_path = '' then excluded.reseller_path else s.reseller_path end,
          state = case when s.state = 'closed' or excluded.state = 'closed' then 'closed'
                       when \(reopens) then 'live' else s.state end,
          suspect_since = case when \(reopens) then null else s.suspect_since end
        """

    private static let open = "s.state <> 'closed'"
    private static let newer =
        "(excluded.last_order_seconds, excluded.last_event_at) > (s.last_order_seconds, s.last_event_at)"
    /// An interim that was sent before the restart, and came late, is no sign of life.
    private static let reopens =
        "(s.state = 'suspect' and \(newer) and excluded.last_event_at > s.suspect_since)"
    private static let applies = "(\(open) and (\(newer) or excluded.state = 'closed'))"
    /// Records of one second of the session have no order but their counters: more is later. Their event times may be of
    /// a clock that was set in between. Where session time is not told all are of second 0, and event time must be equal
    /// too: a counter that fell (a wrap, a reset) would take a late record from before for one after.
    private static let more = """
        (excluded.last_order_seconds = s.last_order_seconds
         and (excluded.last_order_seconds > 0 or excluded.last_event_at = s.last_event_at)
         and excluded.last_input >= coalesce(s.last_input, 0) and excluded.last_output >= coalesce(s.last_output, 0))
        """
    /// A Stop as old as the last interim still brings the final octets; one older than it does not.
    private static let counts = """
        (\(open) and excluded.last_input is not null
         and (\(newer) or \(more)
              or (excluded.state = 'closed' and excluded.last_order_seconds >= s.last_order_seconds)))
        """

    private static func fell(_ way: String) -> String { "excluded.last_\(way) < s.last_\(way)" }

    /// The NAS sends no gigawords: its raw counters stay under 2^32 and start again from 0.
    private static func wrapped(_ way: String) -> String {
        "(\(fell(way)) and not excluded.sends_gigawords and s.last_\(way) < 4294967296)"
    }

    private static func reset(_ way: String) -> String {
        "(\(fell(way)) and (excluded.sends_gigawords or s.last_\(way) >= 4294967296))"
    }

    /// Total, base and last raw value of one direction.
    private static func counter(_ way: String) -> String {
        let base = """
            case when \(wrapped(way)) then s.base_\(way) + 4294967296
                 when \(reset(way)) then s.\(way)_octets else s.base_\(way) end
            """
        return """
            \(way)_octets = case when \(counts) then excluded.last_\(way) + \(base) else s.\(way)_octets end,
              base_\(way) = case when \(counts) then \(base) else s.base_\(way) end,
              last_\(way) = case when \(counts) then excluded.last_\(way) else s.last_\(way) end
            """
    }

    private static func packets(_ way: String) -> String {
        "\(way)_packets = case when \(counts) then greatest(s.\(way)_packets, excluded.\(way)_packets) "
            + "else s.\(way)_packets end"
    }

    private static func describe(_ name: String) -> String {
        if name == "username" { return "username = coalesce(\(newest("nullif(", name, ", '')")), '')" }
        return "\(name) = \(newest("", name, ""))"
    }

    /// The open session's newest value that is known; an empty name is none.
    private static func newest(_ before: String, _ name: String, _ after: String) -> String {
        let (old, new) = ("\(before)s.\(name)\(after)", "\(before)excluded.\(name)\(after)")
        return "case when \(open) and \(newer) then coalesce(\(new), \(old)) else coalesce(\(old), \(new)) end"
    }
}
