import HTTP
import PluginAPI
import Store

/// What one subscriber used, and which addresses are his.
enum SubscriberFigures {
    static func all(_ house: House) -> [Endpoint] { [usage, addresses] }

    private static let usage = Endpoint(
        .get, "/subscribers/{id}/usage", .may("subscribers.view"), "What a subscriber used, by day or month (UTC)"
    ) { call in
        try Scoped(call.connection, call.scope).find(.subscriber, call.id)
        let isMonthly = call.inputs.text("by") == "month"
        let rows = try call.connection.query(
            usageSQL,
            [
                .int(call.id), .text(isMonthly ? "month" : "day"), Parameter(call.inputs.text("from")),
                Parameter(call.inputs.text("to")),
            ])
        return .json(
            .object([
                (
                    "items",
                    .array(
                        rows.map { row in
                            .object([
                                ("period", .text(row.text("period"))),
                                ("input_octets", .count(row.int("input_octets"))),
                                ("output_octets", .count(row.int("output_octets"))),
                            ])
                        })
                )
            ]))
    }
    .query(
        FieldDescription(name: "by", kind: .choice(["day", "month"]), text: "(day)"),
        FieldDescription(name: "from", kind: .format("date"), text: "first day (30 days ago; 12 months)"),
        FieldDescription(name: "to", kind: .format("date"), text: "last day (today)")
    )
    .output(
        .items([
            FieldDescription(name: "period", kind: .format("date"), text: "its first day"),
            FieldDescription(name: "input_octets", kind: .integer, text: "from the subscriber"),
            FieldDescription(name: "output_octets", kind: .integer, text: "to the subscriber"),
        ]))

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

    private static let addresses = Endpoint(
        .get, "/subscribers/{id}/addresses", .may("subscribers.view"),
        "Which addresses are a subscriber's, where each comes from, and what routers report"
    ) { call in
        try Scoped(call.connection, call.scope).find(.subscriber, call.id)
        let rows = try call.connection.query(addressSQL, [.int(call.id)])
        return .json(
            .object([
                (
                    "items",
                    .array(
                        rows.map { row in
                            .object([
                                ("address", .text(row.text("address"))), ("source", .text(row.text("source"))),
                                ("detail", .optional(row.optionalText("detail"))),
                                ("is_effective", .bool(row.bool("is_effective"))),
                            ])
                        })
                )
            ]))
    }
    .output(
        .items([
            FieldDescription(name: "address", kind: .text, text: "an address or a prefix"),
            FieldDescription(
                name: "source", kind: .choice(["attribute", "static", "hold", "session"]),
                text: "a reply attribute of his own; a field of the record; a hold in a range; a live session"),
            FieldDescription(name: "detail", kind: .optional(.text), text: "which attribute, field, range or NAS"),
            FieldDescription(
                name: "is_effective", kind: .bool, text: "whether the next login is sent it, or a session has it"),
        ]))

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
