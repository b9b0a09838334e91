import PluginAPI
import Store

extension SubscriberClaim {
    /// What there is already among these, and whose: a sentence each. Addresses also where the range that they lie in
    /// gives out others.
    ///
    /// - isHouse: whether the sentence may say whose it is, and what range an address lies in; else it tells that it is
    ///   taken or does not fit, which can't be hidden.
    static func taken(_ claims: [SubscriberClaim], _ connection: Connection, isHouse: Bool) throws
        -> [SubscriberClaim: String]
    {
        var names: [String] = []
        var addresses: [String: SubscriberClaim] = [:]
        var lines: [String] = []
        var macs: [String] = []
        for claim in claims {
            switch claim {
            case .username(let name): names.append(name)
            case .address(let address): addresses[address.description] = claim
            case .line(let line): lines.append(line)
            case .login(let mac): macs.append(mac)
            }
        }
        var taken: [SubscriberClaim: String] = [:]
        for name in try found("username", names, connection).keys {
            taken[.username(name)] = "there is a subscriber `\(name)` already"
        }
        func say(_ claim: SubscriberClaim, _ holder: String?) {
            taken[claim] = "\(claim.words) is taken already" + (isHouse ? holder.map { " by \($0)" } ?? "" : "")
        }
        for (line, holder) in try found("line_id", lines, connection) { say(.line(line), "subscriber \(holder)") }
        for (mac, holder) in try found("mac_address", macs, connection, "and passwordless") {
            say(.login(MACAddress(mac)?.description ?? mac), "subscriber \(holder)")
        }
        for row in try connection.query(heldSQL, [.textArray(Array(addresses.keys))]) {
            if let claim = addresses[row.text(0)] { say(claim, row.text(1)) }
        }
        for row in try misfits(Array(addresses.keys), connection) {
            guard let claim = addresses[row.text(0)], taken[claim] == nil else { continue }
            let misfit = "does not fit the address range \(row.text(1)), which gives out /\(row.int(2))"
            taken[claim] = "\(claim.words) \(isHouse ? misfit : AddressWords.misfit)"
        }
        return taken
    }

    /// Addresses that the range they lie in does not give out. As in `hold_statics`: after a big import the statistics
    /// still say that there are no ranges, and all would be read for each address.
    private static func misfits(_ addresses: [String], _ connection: Connection) throws -> [Row] {
        if addresses.isEmpty { return [] }
        return try connection.transaction { () throws -> [Row] in
            try connection.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
            let rows = Array(try connection.query(misfitSQL, [.textArray(addresses)]))
            try connection.execute("set local enable_seqscan = on; set local enable_bitmapscan = on")
            return rows
        }
    }

    /// User names by what they have in a column.
    private static func found(
        _ column: String, _ values: [String], _ connection: Connection, _ condition: String = ""
    ) throws -> [String: String] {
        if values.isEmpty { return [:] }
        let type = column == "mac_address" ? "macaddr" : "text"
        let rows = try connection.query(
            """
            select \(column)::text, username from subscribers
             where deleted_at is null and \(column) = any ($1::text[]::\(type)[]) \(condition)
            """, [.textArray(values)])
        return Dictionary(rows.map { ($0.text(0), $0.text(1)) }) { first, _ in first }
    }

    private static let heldSQL = """
        select host(h.unit), coalesce('subscriber ' || s.username, 'a ' || h.kind || ' hold')
          from address_holds h left join subscribers s on s.id = h.subscriber_id
         where h.routing_domain = 'default' and h.released_at is null and h.unit = any ($1::text[]::cidr[])
        """

    /// As `hold_statics` finds them when the rows go in.
    private static let misfitSQL = """
        select host(w.unit), r.range::text, r.unit_length from unnest($1::text[]::cidr[]) as w(unit),
               lateral (select range, unit_length from address_ranges
                         where routing_domain = 'default' and range && w.unit limit 1) r
         where r.unit_length <> 32 or not w.unit <<= r.range
        """
}
