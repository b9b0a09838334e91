package import HTTP
package import PluginAPI
import Store

/// Who had this address at that time: sessions, open and closed, by the addresses that their routers reported.
///
/// An address or a network is asked for; an IPv6 address is also found inside the prefix of a link or a delegated one.
/// Open sessions are searched without an index where IPv6 or NAT is asked for: their table is small, and its indexes are
/// accounting's.
package struct AddressLookup {
    /// What is asked for at most.
    package static let most = 500

    private let reader: ListReader

    package init(_ reader: ListReader) { self.reader = reader }

    /// The sessions that had it at a point in time, the one begun last first.
    /// - network: an address alone has its full length.
    /// - at: microseconds since 1970.
    /// - port: for an IPv4 address that several share by NAT.
    package func sessions(_ network: IPPrefix, at: Int64, port: Int? = nil) throws -> [JSON] {
        var sql = SQLText()
        let columns = ListSpec.session.columns
        let holds = AddressLookup.conditions(network, port: port, &sql)
        let scope = reader.scoped.condition(ListSpec.session.kind, &sql)
        let (time, limit) = (sql.place(.timestamp(at)), sql.place(.int(AddressLookup.most)))
        let closed = "r.started_at <= \(time)::timestamptz AND r.stopped_at >= \(time)::timestamptz"
        let open =
            "r.started_at <= \(time)::timestamptz"
            + " AND (r.stopped_at IS NULL OR r.stopped_at >= \(time)::timestamptz)"
        // Each condition by itself, so that each has its index.
        let parts = [("sessions_live", open), ("sessions_closed", closed)].flatMap { table, during in
            holds.map { "(SELECT * FROM \(table) r WHERE \($0) AND \(during) AND \(scope) LIMIT \(limit)::bigint)" }
        }
        let rows = try reader.scoped.connection.query(
            """
            SELECT \(columns.map(\.jsonSQL).joined(separator: ", "))
              FROM (\(parts.joined(separator: " UNION "))) r ORDER BY r.started_at DESC, r.id LIMIT \(limit)::bigint
            """, sql.parameters)
        return rows.map { ListValue.object($0, columns) }
    }

    private static func conditions(_ network: IPPrefix, port: Int?, _ sql: inout SQLText) -> [String] {
        let place = sql.place(.text("\(network.network)/\(network.length)")) + "::inet"
        let width = network.address.isIPv4 ? 32 : 128
        // Addresses inside the network are those from its first to its last.
        let (first, last) = ("set_masklen(\(place), \(width))", "set_masklen(broadcast(\(place)), \(width))")
        if network.address.isIPv4 {
            let nat = port.map { sql.fill(" AND ?::int BETWEEN r.nat_port_from AND r.nat_port_to", .int($0)) } ?? ""
            return [
                "r.framed_ip >= \(first) AND r.framed_ip <= \(last)",
                "r.nat_address >= \(first) AND r.nat_address <= \(last)\(nat)",
            ]
        }
        let parents = "ARRAY(SELECT network(set_masklen(\(place), n)) FROM generate_series(16, masklen(\(place))) n)"
        return ["r.framed_ipv6_address >= \(first) AND r.framed_ipv6_address <= \(last)"]
            + ["r.framed_ipv6_prefix", "r.delegated_ipv6_prefix"].flatMap { column in
                [
                    "\(column) = ANY (\(parents))",
                    "\(column) >= network(\(place)) AND \(column) <= \(last)::cidr AND \(column) <<= \(place)",
                ]
            }
    }
}
