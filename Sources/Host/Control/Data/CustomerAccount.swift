import HTTP
import Store

/// A customer's own rows, and no others: everything is asked by his id.
struct CustomerAccount {
    private let connection: Connection
    private let id: Int64

    init(_ connection: Connection, _ customer: Principal) {
        precondition(customer.kind == .customer, "the portal is for customers")
        self.connection = connection
        id = customer.id
    }

    func overview() throws -> JSON {
        let row = try connection.query(CustomerAccount.accountSQL, [.int(id)])[0]
        return .object([
            ("username", .text(row.text(0))), ("full_name", .optional(row.optionalText(1))),
            ("email", .optional(row.optionalText(2))), ("phone", .optional(row.optionalText(3))),
            ("status", .text(row.text(4))), ("expiry_date", .optional(row.optionalTimestamp(5).map(TimeJSON.text))),
            ("service", .optional(row.optionalText(6))), ("down_bps", row.optionalInt(7).map { .count($0) } ?? .null),
            ("up_bps", row.optionalInt(8).map { .count($0) } ?? .null), ("online", .bool(row.bool(9))),
        ])
    }

    private static let accountSQL = """
        select s.username, s.full_name, s.email, s.phone,
               case when not s.is_active then 'suspended' when s.expiry_date <= now() then 'expired' else 'active' end,
               s.expiry_date, v.name, t.down_bps, t.up_bps,
               exists (select from sessions_live l where l.subscriber_id = s.id and l.state = 'live')
          from subscribers s left join services v on v.id = s.service_id
          left join service_tiers t on t.service_id = s.service_id and t.position = s.tier_position
         where s.id = $1
        """

    /// Of the last ninety days, a hundred at most, the latest first.
    func sessions() throws -> [JSON] {
        let rows = try connection.query(
            """
            select started_at, stopped_at, framed_ip, session_seconds, input_octets, output_octets
              from sessions where subscriber_id = $1 and record_kind = 'session' and started_at is not null
               and (stopped_at is null or stopped_at > now() - interval '90 days')
             order by started_at desc limit 100
            """, [.int(id)])
        return rows.map { row in
            .object([
                ("started_at", .text(TimeJSON.text(row.timestamp(0)))),
                ("stopped_at", .optional(row.optionalTimestamp(1).map(TimeJSON.text))),
                ("address", .optional(row.optionalText(2))), ("session_seconds", .count(row.int(3))),
                ("input_octets", .count(row.int(4))), ("output_octets", .count(row.int(5))),
            ])
        }
    }
}
