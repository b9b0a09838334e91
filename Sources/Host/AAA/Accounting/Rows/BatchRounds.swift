/// A part of a batch that one statement can take.
enum BatchRounds {
    /// Each session once, in the order of the keys.
    case sessions([AccountingItem])
    case restart(AccountingRecord)

    /// The parts in order. Split at Accounting-On and -Off, which must meet exactly the records before them; between
    /// two of those a session's first records make the first part, its second ones the second, and so on.
    static func of(_ items: [AccountingItem]) -> [BatchRounds] {
        var parts: [BatchRounds] = []
        var gathering = Gathering()
        for item in items where item.changesSession {
            if item.isRestart {
                parts += gathering.close()
                parts.append(.restart(item.row.record))
            } else {
                gathering.add(item)
            }
        }
        return parts + gathering.close()
    }

    private struct Gathering {
        private var rounds: [[AccountingItem]] = []
        private var seen: [SessionKey: Int] = [:]

        mutating func add(_ item: AccountingItem) {
            let round = seen[item.row.facts.key, default: 0]
            seen[item.row.facts.key] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(item)
        }

        mutating func close() -> [BatchRounds] {
            defer { self = Gathering() }
            return rounds.map { .sessions($0.sorted { $0.row.facts.key < $1.row.facts.key }) }
        }
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
