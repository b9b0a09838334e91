/// How large the parts of a table are made for as many entries as it is about to have, so that none has to grow.
enum BulkSize {
    /// The most that one of `parts` gets, but for a few in ten thousand: four deviations over the mean.
    static func most(of count: Int, parts: Int) -> Int {
        let mean = Double(count) / Double(parts)
        return Int(mean + 4 * mean.squareRoot()) + 1
    }

    /// Slots of open addressing, a power of two, at most three quarters full.
    static func slots(for count: Int) -> Int {
        var slots = 16
        while count * 4 > slots * 3 { slots *= 2 }
        return slots
    }
}
