/// The data plane's part of the metrics page.
package enum MetricsPage {
    /// OpenMetrics 1.0 lines, without the end mark.
    package static func lines(_ counters: Counters, _ metrics: Metrics, _ gauges: Gauges) -> [String] {
        var families = MetricFamilies()
        counters.samples(into: &families)
        metrics.samples(into: &families)
        gauges.samples(into: &families)
        return families.lines
    }
}
