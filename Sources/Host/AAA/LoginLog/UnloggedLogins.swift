import Store

/// Logins without a row of their own, by minute, NAS and outcome, until they are in `radius_log_unlogged`.
struct UnloggedLogins {
    struct Key: Hashable {
        /// Seconds since 1970 at which the minute begins.
        var minute: Int64
        var nasID: Int64
        var reason: RejectReason?
    }

    typealias Counts = [Key: UInt64]

    private var waiting: Counts = [:]
    /// What each block had counted when it was last looked at.
    private var seen: [Int64: [UInt64]] = [:]
    /// Beyond this many an outage's minutes are put together to hours.
    private static let limit = 20_000

    var isEmpty: Bool { waiting.isEmpty }

    /// Adds what the blocks counted since the last call, for the minute of `now` (seconds since 1970).
    mutating func collect(_ blocks: [NASCounters], now: Int64) {
        let minute = now - now % 60
        for block in blocks {
            let values = block.values
            let counts = LoginOutcome.all.indices.map { values[NASCounters.Place.unlogged + $0] }
            let before = seen[block.nasID] ?? counts.map { _ in 0 }
            for (index, reason) in LoginOutcome.all.enumerated() where counts[index] != before[index] {
                waiting[Key(minute: minute, nasID: block.nasID, reason: reason), default: 0] +=
                    counts[index] &- before[index]
            }
            seen[block.nasID] = counts
        }
        if waiting.count > UnloggedLogins.limit { coarsen() }
    }

    /// Takes what waits, to be written.
    mutating func take() -> Counts {
        defer { waiting = [:] }
        return waiting
    }

    /// What was taken was not written after all.
    mutating func putBack(_ counts: Counts) { waiting.merge(counts, uniquingKeysWith: +) }

    private mutating func coarsen() {
        var hours: [Key: UInt64] = [:]
        for (key, count) in waiting {
            var key = key
            key.minute -= key.minute % 3600
            hours[key, default: 0] += count
        }
        waiting = hours
    }

    /// nil when there is nothing to write.
    static func statement(_ counts: Counts) -> Statement? {
        if counts.isEmpty { return nil }
        let rows = counts.sorted {
            ($0.key.minute, $0.key.nasID, $0.key.reason?.rawValue ?? "")
                < ($1.key.minute, $1.key.nasID, $1.key.reason?.rawValue ?? "")
        }
        return Statement(
            """
            insert into radius_log_unlogged as u (minute, nas_id, outcome, reason, logins)
            select minute, nas_id, case when reason = '' then 'accept' else 'reject' end, reason, logins
              from unnest($1::timestamptz[], $2::bigint[], $3::text[], $4::bigint[]) as n(minute, nas_id, reason, logins)
            on conflict (minute, nas_id, outcome, reason) do update set logins = u.logins + excluded.logins
            """,
            [
                .timestampArray(rows.map { $0.key.minute * 1_000_000 }), .intArray(rows.map { $0.key.nasID }),
                .textArray(rows.map { $0.key.reason?.rawValue ?? "" }),
                .intArray(rows.map { Int64(clamping: $0.value) }),
            ])
    }
}
