import Store

/// A column of `sessions_live` as a batch fills it.
struct SessionColumn: Sendable {
    /// Its name, or for the record's own facts that of the statement's column.
    let name: String
    let kind: ArrayColumn.Kind
    let append: @Sendable (AccountingItem, inout ArrayColumn) -> Void

    init(
        _ name: String, _ kind: ArrayColumn.Kind,
        _ append: @escaping @Sendable (AccountingItem, inout ArrayColumn) -> Void
    ) {
        self.name = name
        self.kind = kind
        self.append = append
    }

    /// `unnest($3::bigint[]) as seconds`: in a select list, where a row of them costs less than in FROM.
    static func unnest(_ columns: [SessionColumn]) -> String {
        columns.enumerated().map { "unnest($\($0.offset + 1)::\($0.element.kind)[]) as \($0.element.name)" }
            .joined(separator: ", ")
    }

    func array(_ items: [AccountingItem]) -> ArrayColumn {
        var array = ArrayColumn(kind, capacity: items.count)
        for item in items { append(item, &array) }
        if !array.isNull { array.seal() }
        return array
    }
}

extension SessionColumn {
    /// What every record says.
    static let key = SessionColumn("session_key", .bytea) {
        $1.append(high: $0.row.facts.key.high, low: $0.row.facts.key.low)
    }
    static let eventAt = SessionColumn("event_at", .timestamptz) { $1.append(seconds: $0.row.record.eventTime) }
    /// `AccountingRecord.start`, from its parts where they lie: copying a record out of its object costs more than all
    /// its columns.
    static let startedAt = SessionColumn("started_at", .timestamptz) {
        let delay = $0.row.record.hasEventTimestamp ? $0.row.record.delaySeconds : 0
        $1.append(seconds: $0.row.record.eventTime + delay - $0.row.record.sessionSeconds)
    }
    static let seconds = SessionColumn("seconds", .bigint) { $1.append($0.row.record.sessionSeconds) }
    static let input = SessionColumn("input", .bigint) {
        $1.append($0.row.record.hasOctets ? Int64(clamping: $0.row.record.inputOctets) : nil)
    }
    static let output = SessionColumn("output", .bigint) {
        $1.append($0.row.record.hasOctets ? Int64(clamping: $0.row.record.outputOctets) : nil)
    }
    static let inputPackets = SessionColumn("input_packets", .bigint) {
        $1.append(Int64(clamping: $0.row.record.inputPackets))
    }
    static let outputPackets = SessionColumn("output_packets", .bigint) {
        $1.append(Int64(clamping: $0.row.record.outputPackets))
    }
    static let terminateCause = SessionColumn("terminate_cause", .text) {
        $1.append($0.row.record.terminateCause.map { TerminateCause.name($0) })
    }
    static let isStop = SessionColumn("is_stop", .bool) { $1.append($0.row.record.status == .stop) }

    /// What a newer record sets and an older one only fills.
    static let described: [SessionColumn] = [
        SessionColumn("parent_session_key", .bytea) { $1.append($0.row.facts.parentKey?.bytes) },
        SessionColumn("service_name", .text) { $1.append($0.row.record.serviceName) },
        SessionColumn("subscriber_id", .bigint) { $1.append($0.row.facts.subscriberID) },
        SessionColumn("username", .text) { $1.append($0.row.record.username ?? "") },
        SessionColumn("nas_identifier", .text) { $1.append($0.row.record.nasIdentifier) },
        SessionColumn("virtual_router", .text) { $1.append($0.row.record.virtualRouter) },
        SessionColumn("nas_port", .bigint) { $1.append($0.row.record.nasPort.map { Int64($0) }) },
        SessionColumn("nas_port_id", .text) { $1.append($0.row.record.port) },
        SessionColumn("nas_port_type", .text) { $1.append($0.row.record.nasPortType.map { String($0) }) },
        SessionColumn("service_type", .text) { $1.append($0.row.record.serviceType.map { String($0) }) },
        SessionColumn("framed_protocol", .text) { $1.append($0.row.record.framedProtocol.map { String($0) }) },
        SessionColumn("acct_multi_session_id", .text) { $1.append($0.row.record.multiSessionID) },
        SessionColumn("mac_address", .macaddr) { $1.append($0.row.record.mac) },
        SessionColumn("calling_station_id", .text) { $1.append($0.row.record.callingStationID) },
        SessionColumn("called_station_id", .text) { $1.append($0.row.record.calledStationID) },
        SessionColumn("line_id", .text) { $1.append($0.row.record.line) },
        SessionColumn("sent_ip", .inet) { $1.append($0.row.facts.login?.addresses.ipv4) },
        SessionColumn("sent_ipv6_address", .inet) { $1.append($0.row.facts.login?.addresses.ipv6) },
        SessionColumn("sent_ipv6_prefix", .cidr) { $1.append($0.row.facts.login?.addresses.ipv6Prefix) },
        SessionColumn("sent_delegated_prefix", .cidr) { $1.append($0.row.facts.login?.addresses.delegatedPrefix) },
        SessionColumn("framed_ip", .inet) { $1.append($0.row.record.framedIP) },
        SessionColumn("framed_ipv6_address", .inet) { $1.append($0.row.record.framedIPv6) },
        SessionColumn("framed_ipv6_prefix", .cidr) { $1.append($0.row.record.framedIPv6Prefix) },
        SessionColumn("delegated_ipv6_prefix", .cidr) { $1.append($0.row.record.delegatedPrefix) },
        SessionColumn("framed_interface_id", .bytea) { $1.append($0.row.record.interfaceID) },
        SessionColumn("nat_address", .inet) { $1.append($0.row.record.natAddress) },
        SessionColumn("nat_port_from", .integer) { $1.append($0.row.record.natPorts.map { Int64($0.lowerBound) }) },
        SessionColumn("nat_port_to", .integer) { $1.append($0.row.record.natPorts.map { Int64($0.upperBound) }) },
        SessionColumn("service_id", .bigint) { $1.append($0.row.facts.serviceID) },
        SessionColumn("tier_position", .integer) { $1.append($0.row.facts.tierPosition.map { Int64($0) }) },
        SessionColumn("login_at", .timestamptz) { $1.append(seconds: $0.row.facts.login?.at) },
    ]
}
