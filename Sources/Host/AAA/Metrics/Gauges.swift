import Threads

/// Values that other parts know and the metrics page tells: a journal's fill, a snapshot's age, a queue's depth. Each is
/// asked for when the page is.
package final class Gauges: Sendable {
    private struct Entry: Sendable {
        let family: MetricFamily
        let labels: [String: String]
        let read: @Sendable () -> Double?
    }

    private let entries = Locked<[Entry]>([])

    private let prefix: String

    package init(prefix: String = "tollkeeper_radius_") { self.prefix = prefix }

    /// Registers a value under the prefix and its name. Where it has a unit, the name ends in it (`journal_bytes`,
    /// unit `bytes`). With nil the line is left out this time. `read` is called from the process's own loop and must not
    /// wait. What is registered again under the same name and labels takes the place of the first.
    package func register(
        _ name: String, _ help: String, unit: String? = nil, shape: MetricFamily.Shape = .gauge,
        labels: [String: String] = [:], _ read: @escaping @Sendable () -> Double?
    ) {
        let name = prefix + name
        precondition(unit.map { name.hasSuffix("_" + $0) } ?? true, "\(name) ends in its unit")
        let entry = Entry(family: MetricFamily(name, shape, unit: unit, help), labels: labels, read: read)
        entries.withLock { entries in
            entries.removeAll { $0.family.name == name && $0.labels == labels }
            entries.append(entry)
        }
    }

    /// Registers a value that the catalogue knows: its help, unit and shape stand there.
    package func register(
        _ name: String, labels: [String: String] = [:], _ read: @escaping @Sendable () -> Double?
    ) {
        let family = MetricCatalogue.radius(name)
        register(name, family.help, unit: family.unit, shape: family.shape, labels: labels, read)
    }

    package func samples(into families: inout MetricFamilies) {
        for entry in entries.withLock({ $0 }) {
            guard let value = entry.read() else { continue }
            let suffix = entry.family.shape == .counter ? "_total" : ""
            let labels = entry.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            families.add(entry.family, MetricSample(suffix, labels, value: value))
        }
    }
}
