package import Dictionary
import PluginAPI

/// The policy as it lies in a snapshot: pieces in sections, each piece some rows or records, one behind the other.
package enum PolicyImage {
    /// Changes with the layout of any section; another one is not read.
    private static let version: Int64 = 1
    /// Subscribers that room is made for beforehand.
    private static let mostReserved = 10_000_000

    private enum Section {
        static let mark: UInt16 = 1
        static let preferences: UInt16 = 2
        static let dialects: UInt16 = 3
        static let nas: UInt16 = 4
        static let services: UInt16 = 5
        static let plans: UInt16 = 6
        static let profiles: UInt16 = 7
        static let subscribers: UInt16 = 8
        static let rules: UInt16 = 9
        /// How many subscribers there are; stands before them.
        static let size: UInt16 = 10
        static let last = size
    }

    package static func write(_ tables: borrowing PolicyTables, to sections: SnapshotFile.Sections) throws {
        try write(sections, Section.mark, [(version, RecordHeader.size)]) {
            $0.put($1.0)
            $0.put($1.1)
        }
        try write(sections, Section.preferences, [tables.preferences]) { $0.put($1) }
        try write(sections, Section.dialects, tables.dialects.all) {
            $0.put($1.name)
            $0.put($1.facts)
        }
        try write(sections, Section.nas, Array(tables.nas.values)) { $0.put($1.value) }
        try write(sections, Section.services, Array(tables.services.values)) { $0.put($1.value) }
        try write(sections, Section.plans, Array(tables.plans)) { $0.put($1.key, $1.value) }
        try write(sections, Section.profiles, tables.profiles.flatMap { one in one.value.map { (one.key, $0) } }) {
            $0.put($1.0)
            $0.put($1.1.key)
            $0.put($1.1.value.stored())
        }
        try write(sections, Section.size, [tables.subscribers.count]) { $0.put($1) }
        try sections.begin(Section.subscribers)
        try tables.subscribers.forEachShard { records in
            for record in records { try sections.append(record) }
        }
        try write(sections, Section.rules, tables.subscribers.allRules) {
            $0.put($1.id)
            $0.put($1.rules.checks) { $0.put($1) }
            $0.put($1.rules.replies) { $0.put($1) }
        }
    }

    private static func write<Item>(
        _ sections: SnapshotFile.Sections, _ section: UInt16, _ items: [Item],
        _ body: (inout ImageWriter, Item) -> Void
    ) throws {
        try sections.begin(section)
        for item in items {
            var writer = ImageWriter()
            body(&writer, item)
            try sections.append(writer.bytes)
        }
    }

    /// Puts tables together from a snapshot's pieces; good only when the whole file was read.
    package struct Builder: ~Copyable {
        private(set) var tables = PolicyTables()
        private let dictionary: AttributeDictionary
        private let counters: Counters?
        private var isMarked = false

        package init(_ dictionary: AttributeDictionary, counters: Counters?) {
            self.dictionary = dictionary
            self.counters = counters
        }

        package mutating func take(_ section: UInt16, _ bytes: UnsafeRawBufferPointer) throws {
            if section == Section.subscribers { return try tables.subscribers.restore(bytes) }
            var reader = ImageReader(bytes)
            while !reader.isAtEnd, section <= Section.last { try take(section, &reader) }
        }

        /// One row; a piece has as many as fit.
        private mutating func take(_ section: UInt16, _ reader: inout ImageReader) throws {
            switch section {
            case Section.mark:
                guard try reader.number() == PolicyImage.version, try reader.int() == RecordHeader.size else {
                    throw ImageProblem("it is of another version of Tollkeeper")
                }
                isMarked = true
            case Section.preferences: tables.preferences = try reader.preferences()
            case Section.dialects: tables.dialects[try reader.text()] = try reader.dialect()
            case Section.nas: tables.put(try reader.nas(dictionary, counters))
            case Section.services: tables.put(try reader.service(dictionary))
            case Section.plans:
                let (key, reply) = try reader.plan()
                tables.plans[key] = reply
            case Section.profiles:
                let (dialect, name, stored) = (try reader.text(), try reader.text(), try reader.blob())
                if let reply = CompiledReply(stored: stored) { tables.profiles[dialect, default: [:]][name] = reply }
            case Section.rules:
                let id = try reader.number()
                let checks = try reader.list { reader in try reader.check(dictionary) }
                let replies = try reader.list { reader in try reader.reply() }
                tables.subscribers.restore(SubscriberRules(checks: checks, replies: replies), id)
            case Section.size:
                // Only room: a number that makes no sense is none to fail for.
                tables.subscribers.reserve(min(max(0, try reader.int()), PolicyImage.mostReserved))
            default: break
            }
        }

        package consuming func finish() throws -> PolicyTables {
            guard isMarked else { throw ImageProblem("its mark is missing") }
            return tables
        }
    }
}
