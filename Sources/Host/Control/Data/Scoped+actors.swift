import Store

extension Scoped {
    /// Who may be named to the reader of a history. To a reseller people of the house, and of other resellers, are `house`
    /// without an address: whom he sees are his own and his customers.
    func names(ofActors actors: Set<String>) throws -> Set<String> {
        if scope.isHouse { return actors }
        let rows = try connection.query(
            """
            select 'operator:' || o.username from operators o join resellers m on m.id = o.reseller_id
             where m.path = any ($1::text[]) and 'operator:' || o.username = any ($2::text[])
            """, [.textArray(paths), .textArray(Array(actors))])
        return Set(rows.map { $0.text(0) }).union(actors.filter { $0.hasPrefix("customer:") })
    }
}
