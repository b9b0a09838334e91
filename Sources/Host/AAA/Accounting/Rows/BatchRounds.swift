/// A part of a batch that one statement can take.
enum BatchRounds {
    /// Each session once, in the order of the keys.
    case sessions([AccountingItem])
    case restart(AccountingRecord)

    /// The parts in order. Split at Accounting-On and -Off, which must meet exactly the records before them; between
    /// two of those a session's first records make the first part, its second ones the second, and so on.
    /// - merges: whether a record that the session's next one passes in everything is left out. After the database was
    ///   away, most interims of a session are.
    static func of(_ items: [AccountingItem], merges: Bool = false) -> [BatchRounds] {
        var parts: [BatchRounds] = []
        var gathering = Gathering()
        for item in items where item.changesSession {
            if item.isRestart {
                parts += gathering.close(merges)
                parts.append(.restart(item.row.record))
            } else {
                gathering.add(item)
            }
        }
        return parts + gathering.close(merges)
    }

    private struct Gathering {
        private struct Place {
            let key: SessionKey
            /// In `items`.
            let index: Int
        }

        private var items: [AccountingItem] = []

        mutating func add(_ item: AccountingItem) { items.append(item) }

        /// Sorted by key, and those of one key by arrival; the n-th of each key is of round n.
        mutating func close(_ merges: Bool) -> [BatchRounds] {
            guard !items.isEmpty else { return [] }
            var places = items.indices.map { Place(key: items[$0].row.facts.key, index: $0) }
            places.sort { $0.key == $1.key ? $0.index < $1.index : $0.key < $1.key }
            var rounds: [[AccountingItem]] = []
            var round = 0
            for (at, place) in places.enumerated() {
                let item = items[place.index]
                round = at > 0 && places[at - 1].key == place.key ? round + 1 : 0
                if round > 0, merges, let before = rounds[round - 1].last, item.row.passes(before.row) {
                    round -= 1
                    rounds[round][rounds[round].count - 1] = item
                    continue
                }
                if round == rounds.count { rounds.append([]) }
                rounds[round].append(item)
            }
            items = []
            return rounds.map { .sessions($0) }
        }
    }
}

extension SessionChange {
    /// Whether this record, of the same session and next after the other, leaves nothing of it in the row: both only
    /// move the session on, and this one as far or further in everything.
    fileprivate func passes(_ other: SessionChange) -> Bool {
        advances && other.advances && other.record.status == .interim
            && other.record.terminateCause == nil && record.eventTime >= other.record.eventTime
            && record.sessionSeconds >= other.record.sessionSeconds && record.inputOctets >= other.record.inputOctets
            && record.outputOctets >= other.record.outputOctets && record.inputPackets >= other.record.inputPackets
            && record.outputPackets >= other.record.outputPackets
    }
}

extension AccountingItem {
    /// Whether it speaks of all sessions of its NAS.
    var isRestart: Bool { changesSession && (row.record.status == .on || row.record.status == .off) }
}

extension SessionKey: Comparable {
    package static func < (left: SessionKey, right: SessionKey) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}
