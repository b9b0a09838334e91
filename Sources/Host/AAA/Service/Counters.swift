import Threads

/// Counts of what `radius` did, by name and labels, for the metrics page.
package final class Counters: Sendable {
    package struct Key: Sendable, Hashable {
        package var name: String
        package var nas: String
        package var detail: String
    }

    private let counts = Locked<[Key: UInt64]>([:])

    package init() {}

    package func add(_ name: String, nas: String = "", _ detail: String = "", by count: UInt64 = 1) {
        guard count > 0 else { return }
        let key = Key(name: name, nas: nas, detail: detail)
        counts.withLock { $0[key, default: 0] += count }
    }

    package func value(_ name: String, nas: String = "", _ detail: String = "") -> UInt64 {
        counts.withLock { $0[Key(name: name, nas: nas, detail: detail)] ?? 0 }
    }

    /// OpenMetrics samples, grouped by name and sorted, so that two readings compare.
    package func openMetrics() -> String {
        let all = counts.withLock { $0 }.sorted {
            ($0.key.name, $0.key.nas, $0.key.detail) < ($1.key.name, $1.key.nas, $1.key.detail)
        }
        var text = ""
        var last = ""
        for (key, count) in all {
            if key.name != last {
                text += "# TYPE tollkeeper_radius_\(key.name) counter\n"
                last = key.name
            }
            var labels: [String] = []
            if !key.nas.isEmpty { labels.append("nas=\"\(Counters.escaped(key.nas))\"") }
            if !key.detail.isEmpty { labels.append("detail=\"\(Counters.escaped(key.detail))\"") }
            text += "tollkeeper_radius_\(key.name)_total"
            text += (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(count)\n"
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        text.flatMap { character -> [Character] in
            switch character {
            case "\\": ["\\", "\\"]
            case "\"": ["\\", "\""]
            case "\n": ["\\", "n"]
            default: [character]
            }
        }.map(String.init).joined()
    }
}
