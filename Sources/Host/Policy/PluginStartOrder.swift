/// Which plugin starts next. Pure: names in, a choice out.
struct PluginStartOrder {
    /// What a plugin that waits is known by and wants.
    struct Entry {
        var provides: [String]
        var needs: [String]
        var uses: [String]
    }

    /// The index of the entry to start next, or nil when each of those that wait needs what is not running.
    ///
    /// `uses` are waited for only while that is possible: two plugins may use each other.
    static func next(waiting: [Int], of entries: [Entry], running: Set<String>) -> Int? {
        let startable = waiting.filter { running.isSuperset(of: entries[$0].needs) }
        let pending = Set(waiting.flatMap { entries[$0].provides })
        return startable.first { index in
            entries[index].uses.allSatisfy { running.contains($0) || !pending.contains($0) }
        } ?? startable.first
    }

    /// Whether an entry needs what is neither running nor waiting.
    static func isHopeless(_ index: Int, waiting: [Int], of entries: [Entry], running: Set<String>) -> Bool {
        let possible = running.union(waiting.flatMap { entries[$0].provides })
        return !possible.isSuperset(of: entries[index].needs)
    }

    /// Why an entry can never start: what it needs and nobody provides (`absent` says why, where that is known), or
    /// who waits for whom in a circle.
    static func obstacle(
        for index: Int, waiting: [Int], of entries: [Entry], running: Set<String>, absent: [String: String]
    ) -> String {
        let unmet = entries[index].needs.filter { !running.contains($0) }
        let pending = Set(waiting.flatMap { entries[$0].provides })
        for need in unmet where !pending.contains(need) {
            return absent[need].map { "needs \(need), which \($0)" } ?? "needs \(need), which no plugin offers"
        }
        if let circle = circle(from: index, waiting: waiting, of: entries, running: running) {
            return "needs in a circle: " + circle.joined(separator: " -> ")
        }
        return "needs \(unmet.joined(separator: ", ")), which cannot start"
    }

    private static func circle(
        from start: Int, waiting: [Int], of entries: [Entry], running: Set<String>
    ) -> [String]? {
        var path: [String] = [entries[start].provides[0]]
        var seen: Set<Int> = [start]
        var index = start
        while let need = entries[index].needs.first(where: { !running.contains($0) }),
            let next = waiting.first(where: { entries[$0].provides.contains(need) })
        {
            path.append(entries[next].provides[0])
            if next == start { return path }
            guard seen.insert(next).inserted else { return nil }
            index = next
        }
        return nil
    }
}
