import Glibc
import Store
import Threads

/// The emergencies of this node: those that are on, and those that the database has not heard of yet. Kept in a file, so
/// that neither a restart nor a crash forgets one.
package final class EmergencyDesk: Sendable {
    /// Read by each login.
    package let local = EmergencySwitch()
    private let path: String
    private let records: Locked<[LocalEmergency]>
    /// More than anybody switches while a database is away.
    private static let most = 100

    /// Takes up what the file in `folder` says; `problem` gets why it can't be read.
    package init(folder: String, problem: (String) -> Void) {
        path = folder + "/emergency"
        var kept: [LocalEmergency] = []
        do {
            kept = try EmergencyDesk.read(path)
        } catch {
            problem("what was left of emergencies in \(path) is not used: \(error)")
        }
        records = Locked(kept)
        if let last = kept.last, last.ended == nil { local.set(last.skip) }
    }

    /// Takes up what the file says by now: while this process loaded, another had the node.
    package func readAgain(problem: (String) -> Void) {
        do {
            let kept = try EmergencyDesk.read(path)
            records.withLock { $0 = kept }
            local.set(kept.last.flatMap { $0.ended == nil ? $0.skip : nil } ?? .none)
        } catch {
            problem("what was left of emergencies in \(path) is not used: \(error)")
        }
    }

    /// Switches one on at this node, in place of one that is on. Throws when it can't be kept: one that a crash would
    /// forget, and nobody would hear of, is none.
    package func start(_ words: EmergencySkip.Words, seconds: Int64, actor: String, now: Int64) throws -> Int64 {
        let skip = EmergencySkip(words: words, until: now + seconds)
        try change { records in
            guard records.count < EmergencyDesk.most else {
                throw EmergencyProblem("\(records.count) emergencies wait to be noted in the database")
            }
            EmergencyDesk.end(&records, actor: actor, now: now)
            records.append(LocalEmergency(skip: skip, started: now, actor: EmergencyDesk.oneLine(actor)))
        }
        local.set(skip)
        return skip.until
    }

    /// Switches it off at this node; false when none was on.
    package func end(actor: String, now: Int64) throws -> Bool {
        let wasOn = local.current.active(now: now) != []
        local.set(.none)
        try change { EmergencyDesk.end(&$0, actor: actor, now: now) }
        return wasOn
    }

    /// What the database must still hear of.
    package func waiting(now: Int64) -> [LocalEmergency] {
        records.withLock { $0 }.filter { !$0.isNoted || $0.end(now: now) != nil }
    }

    /// The database has these as they were at `now`.
    package func noted(_ told: [LocalEmergency], now: Int64) throws {
        try change { records in
            for record in told {
                // Of one that was ended meanwhile, the end is told next time.
                guard let place = records.firstIndex(where: { $0.started == record.started }) else { continue }
                if record.end(now: now) == nil { records[place].isNoted = true } else { records.remove(at: place) }
            }
        }
    }

    private static func end(_ records: inout [LocalEmergency], actor: String, now: Int64) {
        guard let last = records.indices.last, records[last].end(now: now) == nil else { return }
        records[last].ended = now
        records[last].endedBy = oneLine(actor)
    }

    private func change(_ body: (inout [LocalEmergency]) throws -> Void) throws {
        try records.withLock { records in
            var changed = records
            try body(&changed)
            guard changed != records else { return }
            if changed.isEmpty {
                unlink(path)
            } else {
                let text = changed.map(\.text).joined(separator: "\n")
                try TextFile.write(Array(text.utf8), to: path, mode: 0o600)
            }
            records = changed
        }
    }

    private static func read(_ path: String) throws -> [LocalEmergency] {
        guard TextFile.exists(path) else { return [] }
        let text = String(decoding: try TextFile.read(path), as: UTF8.self)
        var blocks: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix(LocalEmergency.firstWord) || blocks.isEmpty { blocks.append("") }
            blocks[blocks.count - 1] += line + "\n"
        }
        return try blocks.map { block in
            guard let record = LocalEmergency(text: block) else { throw EmergencyProblem("it is damaged") }
            return record
        }
    }

    private static func oneLine(_ text: String) -> String { String(text.prefix(200).map { $0.isNewline ? " " : $0 }) }
}

/// Why an emergency was not switched on or off, in a sentence.
package struct EmergencyProblem: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
