import PluginAPI
import Store

/// Rows of one `SessionUpsert`, column by column. Each session at most once: the statement can't meet a row twice.
struct SessionBatch {
    /// Column names of the statement's `unnest`, with the type its arrays have.
    static let columns: [(name: String, type: String)] =
        [
            ("session_key", "bytea"), ("record_kind", "text"), ("nas_id", "bigint"), ("nas_ip", "text"),
            ("acct_session_id", "text"), ("started_at", "timestamptz"), ("event_at", "timestamptz"),
            ("seconds", "bigint"), ("input", "bigint"), ("output", "bigint"), ("input_packets", "bigint"),
            ("output_packets", "bigint"), ("terminate_cause", "text"), ("is_stop", "boolean"),
            ("sends_gigawords", "boolean"),
        ] + SessionUpsert.described.map { ($0.column, SessionBatch.arrayType($0.type)) }

    static let names = columns.map(\.name)
    static let parameterList = columns.indices.map { "$\($0 + 1)::\(columns[$0].type)[]" }.joined(separator: ", ")

    private let changes: [SessionChange]
    private let node: String

    init(_ changes: [SessionChange], node: String) {
        self.changes = changes
        self.node = node
    }

    /// The statement with its arrays.
    func statement() -> Statement {
        Statement(SessionUpsert.sql, fixed() + described())
    }

    /// Addresses and the like go as text and are cast by the statement.
    private static func arrayType(_ type: String) -> String {
        switch type {
        case "bigint", "integer": "bigint"
        case "bytea", "timestamptz": type
        default: "text"
        }
    }

    private func fixed() -> [Parameter] {
        [
            .bytesArray(changes.map { $0.key.bytes }), text { $0.record.kind.rawValue }, int { $0.record.nasID },
            text { "\($0.record.nasIP)" }, text { $0.record.acctSessionID }, time { $0.record.start },
            time { $0.record.eventTime }, int { $0.record.sessionSeconds },
            int { $0.record.hasOctets ? Int64(clamping: $0.record.inputOctets) : nil },
            int { $0.record.hasOctets ? Int64(clamping: $0.record.outputOctets) : nil },
            int { Int64(clamping: $0.record.inputPackets) }, int { Int64(clamping: $0.record.outputPackets) },
            text { change in change.record.terminateCause.map { TerminateCause.name($0) } },
            .boolArray(changes.map { $0.record.status == .stop }), .boolArray(changes.map { $0.record.sendsGigawords }),
        ]
    }

    /// In the order of `SessionUpsert.described`.
    private func described() -> [Parameter] {
        [
            .bytesArray(changes.map { $0.parentKey?.bytes }), text { $0.record.serviceName }, int { $0.subscriberID },
            text { $0.record.username ?? "" }, text { $0.record.nasIdentifier }, text { $0.record.virtualRouter },
            int { $0.record.nasPort.map { Int64($0) } }, text { $0.record.port },
            text { $0.record.nasPortType.map { String($0) } }, text { $0.record.serviceType.map { String($0) } },
            text { $0.record.framedProtocol.map { String($0) } }, text { $0.record.multiSessionID },
            text { $0.record.mac?.description }, text { $0.record.callingStationID },
            text { $0.record.calledStationID }, text { $0.record.line }, text { $0.login?.addresses.ipv4?.description },
            text { $0.login?.addresses.ipv6?.description }, text { ($0.login?.addresses.ipv6Prefix)?.canonical },
            text { ($0.login?.addresses.delegatedPrefix)?.canonical }, text { $0.record.framedIP?.description },
            text { $0.record.framedIPv6?.description }, text { $0.record.framedIPv6Prefix?.canonical },
            text { $0.record.delegatedPrefix?.canonical }, .bytesArray(changes.map { $0.record.interfaceID }),
            text { $0.record.natAddress?.description }, int { $0.record.natPorts.map { Int64($0.lowerBound) } },
            int { $0.record.natPorts.map { Int64($0.upperBound) } }, int { $0.serviceID },
            int { $0.tierPosition.map { Int64($0) } }, time { $0.login?.at }, text { _ in node },
        ]
    }

    private func text(_ value: (SessionChange) -> String?) -> Parameter { .textArray(changes.map(value)) }

    private func int(_ value: (SessionChange) -> Int64?) -> Parameter { .intArray(changes.map(value)) }

    /// Seconds since 1970 to the microseconds of the database.
    private func time(_ value: (SessionChange) -> Int64?) -> Parameter {
        .timestampArray(changes.map { value($0).map { $0 * 1_000_000 } })
    }
}
