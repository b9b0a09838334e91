import PluginAPI
import Store
import Support
import Testing

@testable import AAA

/// The policy to a snapshot file and back.
@Suite struct PolicyImageTests {
    private let keys = SnapshotKeys { count, _, _, id in (id ?? 1, Array(repeating: 7, count: count)) }

    @Test func `many subscribers, NAS and services come back from the file as they went in`() throws {
        let scratch = ScratchFolder()
        var tables = PolicyTables()
        for id in Int64(1)...500 {
            tables.put(
                makeSubscriber {
                    $0.id = id
                    $0.username = "user\(id)"
                    $0.lineID = id % 3 == 0 ? "line \(id)" : nil
                    $0.addresses.ipv6Prefix = id % 5 == 0 ? IPPrefix("2001:db8::/64") : nil
                    if id % 7 == 0 {
                        $0.checks = [CheckRule(attribute: "none", operation: .equal, value: "\(id)", known: nil)]
                    }
                })
            tables.put(makeService { $0.id = id })
            tables.put(makeNAS { $0.id = id })
        }
        let path = scratch.path + "/snapshot"
        let facts = SnapshotFile.Facts(madeAt: noon, node: "here", cursor: .init(snapshot: "1:1:"))
        try SnapshotFile.write(to: path, keys: keys, facts) { try PolicyImage.write(tables, to: $0) }
        var builder = PolicyImage.Builder(dictionary, counters: nil)
        #expect(try SnapshotFile.read(path, keys: keys) { try builder.take($0, $1) } == facts)
        let read = try builder.finish()
        #expect(read.nas.count == 500)
        #expect(read.services.count == 500)
        #expect(read.subscribers.count == 500)
        for id in Int64(1)...500 {
            #expect(SubscriberText(read.subscribers[id]) == SubscriberText(tables.subscribers[id]))
        }
        #expect(read.subscriber(named: "user77")?.id == 77)
    }
}
