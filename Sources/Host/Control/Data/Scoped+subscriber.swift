import HTTP
import Store

extension Scoped {
    /// Id, user name, whether he is active, id and name of his service. Whoever asks has been found to see him.
    static func summary(ofSubscriber id: Int64, _ connection: Connection) throws -> Row? {
        try connection.query(
            """
            select s.id, s.username, s.is_active, s.service_id, v.name
              from subscribers s left join services v on v.id = s.service_id where s.id = $1 and s.deleted_at is null
            """, [.int(id)]
        ).first
    }

    /// User names of those that there are and that the scope sees.
    func subscribers(_ ids: [Int64]) throws -> [Int64: String] {
        let seen = try seen(.subscriber, ids)
        let rows = try connection.query(
            "select id, username from subscribers where id = any ($1::bigint[])", [.intArray(Array(seen))])
        return Dictionary(rows.map { (Int64($0.int(0)), $0.text(1)) }) { first, _ in first }
    }

    /// What a subscriber used, a period each. Whose he is has been asked: his own operator's, or himself.
    ///
    /// - unit: `day` or `month`; from, to: dates, nil for the usual.
    static func usage(
        _ connection: Connection, of subscriber: Int64, by unit: String, from: String?, to: String?
    ) throws -> [JSON] {
        let rows = try connection.query(
            usageSQL, [.int(subscriber), .text(unit), Parameter(from), Parameter(to)])
        return rows.map { row in
            .object([
                ("period", .text(row.text("period"))), ("input_octets", .count(row.int("input_octets"))),
                ("output_octets", .count(row.int("output_octets"))),
            ])
        }
    }

    /// What is tallied, and what live sessions reported since.
    private static let usageSQL = """
        with days as (
            select day, input_octets, output_octets from usage_days where subscriber_id = $1
            union all
            select (coalesce(l.stopped_at, l.updated_at) at time zone 'UTC')::date,
                   l.input_octets - coalesce(s.input_octets, 0), l.output_octets - coalesce(s.output_octets, 0)
              from sessions_live l left join usage_seen s on s.session_key = l.session_key
             where l.subscriber_id = $1 and l.record_kind = 'session')
        select date_trunc($2::text, day)::date as period, sum(input_octets)::bigint as input_octets,
               sum(output_octets)::bigint as output_octets
          from days
         where day >= coalesce($3::date, (now() at time zone 'UTC')::date
                                 - case $2::text when 'month' then interval '12 months' else interval '30 days' end)
           and day <= coalesce($4::date, (now() at time zone 'UTC')::date)
         group by 1 having sum(input_octets) <> 0 or sum(output_octets) <> 0 order by 1
        """

    /// Which addresses are a subscriber's, and where each comes from. Throws `not_found`.
    func addresses(of subscriber: Int64) throws -> [JSON] {
        try find(.subscriber, subscriber)
        return try connection.query(Scoped.addressSQL, [.int(subscriber)]).map { row in
            .object([
                ("address", .text(row.text("address"))), ("source", .text(row.text("source"))),
                ("detail", .optional(row.optionalText("detail"))), ("is_effective", .bool(row.bool("is_effective"))),
            ])
        }
    }

    /// An attribute of the subscriber's own goes before the field; what a router reports is what is used now.
    private static let addressSQL = """
        with own as (
            select value, attribute from reply_attributes
             where owner = 'subscriber' and owner_id = $1
               and lower(attribute) in ('framed-ip-address', 'framed-ipv6-address', 'framed-ipv6-prefix',
                                        'delegated-ipv6-prefix'))
        select value as address, 'attribute' as source, attribute as detail, true as is_effective from own
        union all
        select plain_unit(unit), 'static', field,
               not exists (select from own where lower(own.attribute) =
                   case field when 'static_ip' then 'framed-ip-address'
                              else replace(field, '_', '-') end)
          from subscribers s, static_units(s) where s.id = $1
        union all
        select plain_unit(h.unit), 'hold', coalesce(r.name, r.range::text), true
          from address_holds h join address_ranges r on r.id = h.range_id
         where h.subscriber_id = $1 and h.released_at is null and h.kind <> 'static'
        union all
        select host(a.address) || case when masklen(a.address) in (32, 128) then '' else '/' || masklen(a.address) end,
               'session', coalesce(n.name, host(l.nas_ip)), true
          from sessions_live l left join nas_devices n on n.id = l.nas_id,
               lateral (values (l.framed_ip), (l.framed_ipv6_address), (l.framed_ipv6_prefix::inet),
                               (l.delegated_ipv6_prefix::inet)) a(address)
         where l.subscriber_id = $1 and l.state <> 'closed' and a.address is not null
        """
}
