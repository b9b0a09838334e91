import HTTP
import PluginAPI
import Threads

/// The figures of the first page: of the house, or of a reseller's own.
enum DashboardEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        let kept = KeptFigures()
        return [
            Endpoint(.get, "/dashboard", .may("dashboard.view"), "Figures of the whole, at most five seconds old") {
                call in
                let now = house.clock()
                if let json = kept.find(call.scope, now: now) { return .json(json) }
                let json = try call.scoped().figures()
                kept.keep(json, call.scope, now: now)
                return .json(json)
            }
            .output(.record(fields))
        ]
    }

    private static let count: [FieldDescription] = [
        FieldDescription(name: "name", kind: .text), FieldDescription(name: "count", kind: .integer),
    ]

    static let fields: [FieldDescription] = [
        FieldDescription(name: "subscribers", kind: .integer),
        FieldDescription(name: "active", kind: .integer, text: "switched on and not expired"),
        FieldDescription(name: "suspended", kind: .integer, text: "switched off"),
        FieldDescription(name: "expired", kind: .integer),
        FieldDescription(name: "expiring", kind: .integer, text: "within three days"),
        FieldDescription(name: "online", kind: .integer, text: "live sessions"),
        FieldDescription(name: "accepts", kind: .integer, text: "logins of the last five minutes"),
        FieldDescription(name: "rejects", kind: .integer, text: "of the last five minutes"),
        FieldDescription(name: "reject_reasons", kind: .list(.record(count)), text: "the five most frequent"),
        FieldDescription(name: "sessions_by_nas", kind: .list(.record(count)), text: "the ten with most"),
        FieldDescription(name: "nas", kind: .integer),
        FieldDescription(name: "nas_silent", kind: .integer, text: "without a packet for fifteen minutes"),
        FieldDescription(name: "alarms", kind: .integer, text: "open; the house's only"),
    ]
}

/// Figures of the last seconds, so that many who look cost as much as one.
private final class KeptFigures: Sendable {
    private struct Entry {
        let json: JSON
        let at: Int64
    }

    private let entries = Locked<[Scope: Entry]>([:])
    private static let microseconds: Int64 = 5_000_000
    private static let most = 1000

    func find(_ scope: Scope, now: Int64) -> JSON? {
        entries.withLock { entries in
            entries[scope].flatMap { now - $0.at < KeptFigures.microseconds ? $0.json : nil }
        }
    }

    func keep(_ json: JSON, _ scope: Scope, now: Int64) {
        entries.withLock { entries in
            if entries.count >= KeptFigures.most { entries = [:] }
            entries[scope] = Entry(json: json, at: now)
        }
    }
}
