import Store

extension Scoped {
    /// How many services, NAS and subscribers have an attribute of their own. For the house: a reseller is told of none.
    func owners(ofAttribute name: String) throws -> [String: Int] {
        guard scope.isHouse else { return [:] }
        let counts = try connection.query(
            """
            select owner, count(distinct owner_id) from (
                select owner, owner_id from reply_attributes where lower(attribute) = lower($1)
                union all select owner, owner_id from check_attributes where lower(attribute) = lower($1)) a
             group by owner
            """, [.text(name)])
        return Dictionary(counts.map { ($0.text(0), $0.int(1)) }) { first, _ in first }
    }
}
