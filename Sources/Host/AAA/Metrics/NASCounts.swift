import PluginAPI
import RADIUS

/// The counts of one NAS at one moment, as samples of their families. Two blocks of one name (a NAS that was removed
/// and made anew) are added up: a name stands once on the page.
struct NASCounts {
    typealias Place = NASCounters.Place

    let name: String
    private(set) var values: [UInt64]

    init(_ block: NASCounters) {
        name = block.name
        values = block.values
    }

    /// By name, each once, sorted.
    static func grouped(_ blocks: [NASCounters]) -> [NASCounts] {
        var found: [String: NASCounts] = [:]
        for counts in blocks.map(NASCounts.init) {
            if var known = found[counts.name] {
                for index in known.values.indices { known.values[index] += counts.values[index] }
                found[counts.name] = known
            } else {
                found[counts.name] = counts
            }
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// The counts that are not zero.
    func samples(into families: inout MetricFamilies) {
        let requests = ["Access-Request", "Accounting-Request", "Status-Server", "other"]
        let statuses = ["Start", "Interim-Update", "Stop", "Accounting-On", "Accounting-Off"]
        count(&families, "requests", requests, at: Place.requests, label: "code")
        count(&families, "accounting", statuses, at: Place.accounting, label: "status")
        count(&families, "accepts", PasswordMethod.allCases.map(\.rawValue), at: Place.accepts, label: "method")
        count(&families, "rejects", RejectReason.allCases.map(\.rawValue), at: Place.rejects, label: "reason")
        count(&families, "drops", DropReason.allCases.map(\.rawValue), at: Place.drops, label: "reason")
        count(&families, "device_logins", ["mac", "line"], at: Place.deviceLogins, label: "by")
        count(&families, "profiles", ["sent", "unknown"], at: Place.profiles, label: "outcome")
        add(&families, "duplicates", values[Place.duplicates], [])
        let unlogged = LoginOutcome.all.indices.map { values[Place.unlogged + $0] }
        add(&families, "unlogged_logins", unlogged[0], [("outcome", "accept")])
        add(&families, "unlogged_logins", unlogged.dropFirst().reduce(0, +), [("outcome", "reject")])
    }

    private func count(
        _ families: inout MetricFamilies, _ family: String, _ names: [String], at place: Int, label: String
    ) {
        for (index, name) in names.enumerated() { add(&families, family, values[place + index], [(label, name)]) }
    }

    /// What never happened has no line: the page grows with what happens, not with all that could.
    private func add(
        _ families: inout MetricFamilies, _ family: String, _ value: UInt64, _ labels: [(String, String)]
    ) {
        guard value > 0 else { return }
        families.add(
            MetricCatalogue.radius(family), MetricSample("_total", [("nas", name)] + labels, count: value))
    }
}
