/// What a metric is, as its page tells it (OpenMetrics 1.0): shape, unit, meaning.
package struct MetricFamily: Sendable, Hashable {
    package enum Shape: String, Sendable {
        case counter, gauge, histogram, info
    }

    /// Without `_total` and the like; ends in the unit where there is one.
    package var name: String
    package var shape: Shape
    /// `seconds`, `bytes`; nil for plain numbers.
    package var unit: String?
    package var help: String

    package init(_ name: String, _ shape: Shape, unit: String? = nil, _ help: String) {
        self.name = name
        self.shape = shape
        self.unit = unit
        self.help = help
    }
}

/// One line of a family.
package struct MetricSample: Sendable {
    let suffix: String
    let labels: [(name: String, value: String)]
    let value: String

    /// An empty label is none.
    package init(_ suffix: String = "", _ labels: [(String, String)] = [], value: Double) {
        self.suffix = suffix
        self.labels = labels.filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
        self.value = MetricSample.text(value)
    }

    package init(_ suffix: String = "", _ labels: [(String, String)] = [], count: UInt64) {
        self.suffix = suffix
        self.labels = labels.filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
        value = String(count)
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }

    func line(_ family: String) -> String {
        var text = family + suffix
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(MetricSample.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        return text + " " + value
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
