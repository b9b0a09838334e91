/// Families with their samples, each family once however many parts add to it, as a page of OpenMetrics 1.0 text.
package struct MetricFamilies: Sendable {
    private var families: [String: (family: MetricFamily, samples: [MetricSample])] = [:]

    package init() {}

    package mutating func add(_ family: MetricFamily, _ sample: MetricSample) {
        families[family.name, default: (family, [])].samples.append(sample)
    }

    /// Lines without the end mark, sorted by family, so that two readings compare.
    package var lines: [String] {
        families.values.sorted { $0.family.name < $1.family.name }.flatMap { entry in
            let family = entry.family
            var lines = ["# TYPE \(family.name) \(family.shape.rawValue)"]
            if let unit = family.unit { lines.append("# UNIT \(family.name) \(unit)") }
            lines.append("# HELP \(family.name) \(family.help)")
            return lines + entry.samples.map { $0.line(family.name) }
        }
    }

    package var names: [String] { families.keys.sorted() }
}
