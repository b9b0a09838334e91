/// The histograms of the data plane. One object; whoever measures has it.
package final class Metrics: Sendable {
    /// From the datagram's batch to its reply, in microseconds.
    package let loginSeconds = Histogram.seconds("login_seconds")
    /// From an Accounting-Request's receipt to its answer, in microseconds.
    package let accountingSeconds = Histogram.seconds("accounting_seconds")
    /// Datagrams in one receive call.
    package let receiveBatch = Histogram.sizes("receive_batch", upTo: 64)
    /// Replies in one send call.
    package let sendBatch = Histogram.sizes("send_batch", upTo: 64)
    /// Records in one accounting batch.
    package let accountingBatch = Histogram.sizes("accounting_batch", upTo: 1000)
    /// What PostgreSQL took to commit an accounting batch, in microseconds.
    package let commitSeconds = Histogram.seconds("commit_seconds")

    package init() {}

    private var histograms: [Histogram] {
        [loginSeconds, accountingSeconds, receiveBatch, sendBatch, accountingBatch, commitSeconds]
    }

    func samples(into families: inout MetricFamilies) {
        for histogram in histograms {
            for sample in histogram.samples() { families.add(MetricCatalogue.radius(histogram.name), sample) }
        }
    }
}
