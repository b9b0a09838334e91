/// The part of a filter that looks one family's source address up in sorted ranges.
///
/// A range is two borders: where it begins, and where it is over. An address is known when it has an odd number of
/// borders at or before it. Borders are compared a word of 32 bits at a time; those that begin with the same word are
/// looked through together, so that routers of one network share the comparisons of its bits.
struct FilterSearch {
    let code: [FilterCode]

    /// - words: 1 with the address in A, 4 with it in M[0] to M[3].
    init(_ intervals: [SourceIntervals.Interval], words: Int) {
        var borders: [UInt128] = []
        let top: UInt128 = words == 1 ? UInt128(UInt32.max) : .max
        for interval in intervals {
            borders.append(interval.first)
            if interval.last < top { borders.append(interval.last + 1) }
        }
        code = Search(borders: borders, words: words).among(borders[...], word: 0)
    }

    /// The instruction, then what is done when it does not hold, then what when it does. Conditions skip 255 at most.
    static func branch(
        _ operation: FilterInstruction.Operation, _ operand: UInt32, yes: [FilterCode], no: [FilterCode]
    ) -> [FilterCode] {
        var condition = FilterInstruction(operation, operand)
        guard no.count > 255 else {
            condition.whenTrue = UInt8(no.count)
            return [.plain(condition)] + no + yes
        }
        condition.whenFalse = 1
        return [.plain(condition), .plain(FilterInstruction(.jump, UInt32(no.count)))] + no + yes
    }

    private struct Search {
        let borders: [UInt128]
        let words: Int

        /// Borders that have one word in common, and that word.
        struct Group {
            var value: UInt32
            var borders: ArraySlice<UInt128>
        }

        /// `part` is what is still possible: borders that are equal to the address before `word`.
        func among(_ part: ArraySlice<UInt128>, word: Int) -> [FilterCode] {
            guard !part.isEmpty else { return leaf(after: part.startIndex) }
            let search = split(groups(part, word)[...], word, before: part.startIndex)
            return words == 1 ? search : [.plain(FilterInstruction(.loadMemory, UInt32(word)))] + search
        }

        /// `before` is how many borders are known to lie at or before the address when no group does.
        private func split(_ groups: ArraySlice<Group>, _ word: Int, before: Int) -> [FilterCode] {
            guard !groups.isEmpty else { return leaf(after: before) }
            let middle = (groups.startIndex + groups.endIndex) / 2
            let group = groups[middle]
            let left = split(groups[..<middle], word, before: before)
            let right = split(groups[(middle + 1)...], word, before: group.borders.endIndex)
            if group.borders.count == 1, rest(group.borders.first!, after: word) == 0 {
                return FilterSearch.branch(.jumpIfGreaterOrEqual, group.value, yes: right, no: left)
            }
            let inside = among(group.borders, word: word + 1)
            let equal = FilterSearch.branch(.jumpIfEqual, group.value, yes: inside, no: left)
            return FilterSearch.branch(.jumpIfGreater, group.value, yes: right, no: equal)
        }

        private func leaf(after count: Int) -> [FilterCode] {
            count % 2 == 1 ? [.plain(FilterInstruction(.give, FilterInstruction.everything))] : [.unknown]
        }

        private func groups(_ part: ArraySlice<UInt128>, _ word: Int) -> [Group] {
            var result: [Group] = []
            for index in part.indices {
                let value = value(part[index], word)
                if result.last?.value == value {
                    result[result.count - 1].borders = part[result[result.count - 1].borders.startIndex...index]
                } else {
                    result.append(Group(value: value, borders: part[index...index]))
                }
            }
            return result
        }

        private func value(_ border: UInt128, _ word: Int) -> UInt32 {
            UInt32(truncatingIfNeeded: border >> UInt128(32 * (words - 1 - word)))
        }

        private func rest(_ border: UInt128, after word: Int) -> UInt128 {
            border & ((1 << UInt128(32 * (words - 1 - word))) - 1)
        }
    }
}
