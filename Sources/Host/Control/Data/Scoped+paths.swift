package import Store

extension Scoped {
    /// The paths under which rows of the reseller and of those below him are found.
    ///
    /// By his id, because a path that a session remembers may be of before he was moved. History that a move has not
    /// reached yet still has the old paths (`reseller_moves`): they count as well.
    package static func paths(_ connection: Connection, below reseller: Int64) throws -> [String] {
        let rows = try connection.query(
            """
            SELECT 0 AS turn, r.path, NULL AS old_path, NULL AS new_path
              FROM resellers m
              JOIN resellers r
                ON r.tenant_id = m.tenant_id AND r.path >= m.path AND r.path < left(m.path, -1) || '0' COLLATE "C"
             WHERE m.id = $1
            UNION ALL
            SELECT 1, NULL, old_path, new_path FROM (SELECT * FROM reseller_moves ORDER BY id DESC) AS moves
            """, [.int(reseller)])
        let moves = rows.filter { $0.int(0) == 1 }.map { (old: $0.text(2), new: $0.text(3)) }
        return withFormer(rows.compactMap { $0.optionalText(1) }, moves)
    }

    /// - moves: the latest first.
    static func withFormer(_ paths: [String], _ moves: [(old: String, new: String)]) -> [String] {
        var all = Set(paths)
        for move in moves {
            for path in all where path.utf8.starts(with: move.new.utf8) {
                all.insert(move.old + path.dropFirst(move.new.count))
            }
        }
        return all.sorted()
    }
}
