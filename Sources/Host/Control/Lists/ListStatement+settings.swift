import Store

extension ListStatement {
    /// What holds for the page's transaction alone.
    var settings: Statement {
        ListStatement.settings(inOrder: isFast, once: isFast && !isFiltered)
    }

    /// - inOrder: an index gives the order, and the planner must take it whatever it believes about the number of rows: a
    ///   reseller may have one or a million.
    /// - once: one plan serves all values. Where there are filters it would be made for the average value, and take the
    ///   order without the filter for one that is rare.
    static func settings(inOrder: Bool, once: Bool) -> Statement {
        // A sort that there is no way around counts as if it cost the world; the plan would be compiled for seconds.
        var sets = ["('jit', 'off')", "('max_parallel_workers_per_gather', '0')"]
        sets.append("('plan_cache_mode', 'force_\(once ? "generic" : "custom")_plan')")
        if inOrder {
            sets += ["enable_sort", "enable_seqscan", "enable_bitmapscan", "enable_hashjoin"].map { "('\($0)', 'off')" }
        } else {
            sets.append("('statement_timeout', '10s')")
        }
        return Statement("SELECT " + sets.map { "set_config\($0.dropLast()), true)" }.joined(separator: ", "))
    }
}
