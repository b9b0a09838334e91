import HTTP
import Store

extension Scoped {
    /// A new service is the house's or the reseller's who made it.
    func own(service id: Int64) throws {
        try connection.query(
            "update services set reseller_id = $2 where id = $1", [.int(id), Parameter(scope.resellerID)])
    }

    /// A reseller sees services that the house gave him; he changes his own only. Throws `forbidden`.
    func checkOwned(service id: Int64) throws {
        guard !scope.isHouse else { return }
        let owner = try connection.query("select reseller_path from services where id = $1", [.int(id)])
        guard let path = owner.first?.text(0), paths.contains(path) else {
            throw RecordRefusal("this service is the house's; clone it to change it", code: "forbidden")
        }
    }

    /// The versions of a service, the newest first. Throws `not_found`.
    func versions(ofService id: Int64) throws -> [JSON] {
        try find(.service, id)
        var sql = SQLText()
        _ = sql.place(.int(id))
        let text = Scoped.versionsSQL.replacing(":seen", with: condition(.subscriber, &sql))
        return try connection.query(text, sql.parameters).map { row in
            .object([
                ("id", .count(row.int("id"))), ("created_at", .text(row.text("created_at"))),
                ("archived_at", .optional(row.optionalText("archived_at"))),
                ("subscribers", .count(row.int("subscribers"))),
            ])
        }
    }

    /// Both ways from the given one; `:seen`: the subscribers that the reader sees.
    private static let versionsSQL = """
        with recursive later as (
            select id, replaced_by from services where id = $1
            union all select s.id, s.replaced_by from services s join later l on s.id = l.replaced_by),
        earlier as (
            select id from services where id = $1
            union all select s.id from services s join earlier e on s.replaced_by = e.id)
        select s.id, to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as created_at,
               to_char(s.archived_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as archived_at,
               (select count(*) from subscribers r
                 where r.service_id = s.id and r.deleted_at is null and :seen) as subscribers
          from services s where s.id in (select id from later union select id from earlier) order by s.id desc
        """
}
