/// How often a measure fell into each of fixed buckets, without a lock and without allocation.
package final class Histogram: Sendable {
    package let name: String
    /// Upper ends of the buckets, ascending, in the measure's own unit.
    private let bounds: [Int64]
    /// The unit in the metrics is this much of the measure's: 1,000,000 for seconds of microseconds.
    private let divisor: Double
    /// A count for each bucket and for what lies above them all; last the sum.
    private let counts: AtomicArray

    package init(_ name: String, bounds: [Int64], divisor: Double = 1) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
        self.name = name
        self.bounds = bounds
        self.divisor = divisor
        counts = AtomicArray(count: bounds.count + 2)
    }

    /// From 50 us to 10 s; measured in microseconds, told in seconds.
    package static func seconds(_ name: String) -> Histogram {
        let bounds: [Int64] = [
            50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
            2_000_000, 5_000_000, 10_000_000,
        ]
        return Histogram(name, bounds: bounds, divisor: 1_000_000)
    }

    /// How many there are in a batch, up to `most`, by powers of two.
    package static func sizes(_ name: String, upTo most: Int64) -> Histogram {
        var bounds: [Int64] = []
        var bound: Int64 = 1
        while bound < most {
            bounds.append(bound)
            bound *= 2
        }
        return Histogram(name, bounds: bounds + [most])
    }

    /// Counts one measure; below zero counts as zero.
    package func observe(_ measure: Int64) {
        var bucket = 0
        bounds.withUnsafeBufferPointer { bounds in
            while bucket < bounds.count, measure > bounds[bucket] { bucket += 1 }
        }
        counts.add(at: bucket)
        counts.add(UInt64(max(0, measure)), at: bounds.count + 1)
    }

    /// How many measures there were.
    package var count: UInt64 { (0...bounds.count).reduce(0) { $0 + counts.load($1) } }

    /// Cumulated buckets, sum and count. The count is the last bucket's, so that a measure that comes meanwhile does
    /// not make them differ.
    func samples() -> [MetricSample] {
        let sum = Double(counts.load(bounds.count + 1)) / divisor
        var total: UInt64 = 0
        var samples: [MetricSample] = []
        for index in 0...bounds.count {
            total += counts.load(index)
            let end = index < bounds.count ? "\(Double(bounds[index]) / divisor)" : "+Inf"
            samples.append(MetricSample("_bucket", [("le", end)], count: total))
        }
        samples.append(MetricSample("_count", count: total))
        samples.append(MetricSample("_sum", value: sum))
        return samples
    }
}
