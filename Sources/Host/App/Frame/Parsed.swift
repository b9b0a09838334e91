/// The arguments of one command, read: flags in the order given, and names.
struct Parsed {
    struct Occurrence: Equatable {
        let name: String
        let value: String
    }

    let occurrences: [Occurrence]
    let positionals: [String]

    /// Whether the flag was given.
    func has(_ flag: String) -> Bool { occurrences.contains { $0.name == flag } }

    /// The flag's value; nil when it was not given.
    func value(_ flag: String) -> String? { occurrences.first { $0.name == flag }?.value }

    /// All values of a repeatable flag, in order.
    func values(_ flag: String) -> [String] { occurrences.filter { $0.name == flag }.map(\.value) }

    /// The flag's value as a number within the range; nil when not given; throws `.misused` when it is no such number.
    func integer(_ flag: String, _ range: ClosedRange<Int> = 0...Int.max) throws -> Int? {
        guard let text = value(flag) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let upper = range.upperBound == Int.max ? "up" : "to \(range.upperBound)"
            throw CommandError.misused("--\(flag) `\(text)` is not a number from \(range.lowerBound) \(upper)")
        }
        return number
    }

    /// The name at a place; nil when it was optional and is missing.
    func name(_ index: Int) -> String? { index < positionals.count ? positionals[index] : nil }

    /// Splits at each use of `head`: what stands before the first describes the whole, what follows each use
    /// describes that part (`--down 20M --tier FUP1 --down 2M`).
    func parts(startingAt head: String) -> (whole: Parsed, parts: [(name: String, flags: Parsed)]) {
        var groups: [[Occurrence]] = [[]]
        for occurrence in occurrences {
            if occurrence.name == head { groups.append([]) }
            groups[groups.count - 1].append(occurrence)
        }
        let parts = groups.dropFirst().map { group in
            (group[0].value, Parsed(occurrences: Array(group.dropFirst()), positionals: []))
        }
        return (Parsed(occurrences: groups[0], positionals: positionals), parts)
    }
}
