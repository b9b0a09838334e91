@testable import Control
import Store
import Support
import Testing
import Threads

/// What a client was given.
final class TestClient: Sendable {
    struct Letter: Sendable, Hashable {
        let id: String
        let name: String
        let json: String
    }

    private let letters = Locked<[Letter]>([])
    private let room = Locked(Int.max)
    let isEnded = Locked(false)

    func take(_ id: String, _ name: String, _ json: String) -> Bool {
        letters.withLock { letters in
            guard letters.count < room.withLock({ $0 }) else { return false }
            letters.append(Letter(id: id, name: name, json: json))
            return true
        }
    }

    func breakOff(after count: Int) { room.withLock { $0 = count } }

    var all: [Letter] { letters.withLock { $0 } }
    /// Without the marks.
    var told: [String] { all.filter { $0.name != EventPump.mark }.map { "\($0.name) \($0.json)" } }
    var lastID: String? { all.last?.id }
    func clear() { letters.withLock { $0 = [] } }
}

@Suite struct EventTests {
    private let database: TestDatabase
    private let connection: Connection
    private let crowd = EventCrowd()

    private static let all: Set<String> = [
        "subscribers.view", "nas.view", "services.view", "alarms.view", "sessions.view", "radius_log.view",
        "dashboard.view", "jobs.view",
    ]
    private let house = EventTests.principal(1, .house)
    private let north = EventTests.principal(2, Scope(resellerID: 1, path: "1/"))
    private let west = EventTests.principal(3, Scope(resellerID: 2, path: "1/2/"))
    private let south = EventTests.principal(4, Scope(resellerID: 3, path: "3/"))

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        try connection.execute(
            """
            insert into resellers (id, name, parent_id, path) values
              (1, 'north', null, '1/'), (2, 'west', 1, '1/2/'), (3, 'south', null, '3/');
            insert into subscribers (id, username, reseller_id) values (1, 'ours', null), (2, 'norths', 1), (3, 'wests', 2);
            insert into nas_devices (id, name, ip) values (1, 'bng', '192.0.2.1');
            insert into reseller_nas (reseller_id, nas_id) values (3, 1);
            insert into services (id, name) values (1, 'gold');
            insert into reseller_services (reseller_id, service_id) values (3, 1)
            """)
    }

    static func principal(_ id: Int64, _ scope: Scope, _ permissions: Set<String> = EventTests.all) -> Principal {
        Principal(
            kind: .operator, id: id, name: "p\(id)", permissions: permissions, scope: scope, credential: .session(id))
    }

    private func pump(
        _ crowd: EventCrowd? = nil, recheck: @escaping (Connection, [Principal]) throws -> [Principal?] = { $1 }
    ) throws -> EventPump {
        try EventPump(crowd ?? self.crowd, connection, recheck)
    }

    private func listen(
        _ principal: Principal, _ topics: [String] = ["*"], last: String? = nil, _ crowd: EventCrowd? = nil
    ) -> TestClient {
        let client = TestClient()
        (crowd ?? self.crowd).add(
            EventListener(
                topics, principal, lastEventID: last, sink: client.take,
                ended: { client.isEnded.withLock { $0 = true } }))
        return client
    }

    private func touch(_ ids: [Int]) throws {
        let list = ids.map(String.init).joined(separator: ",")
        try connection.execute("update subscribers set notes = coalesce(notes, '') || 'x' where id in (\(list))")
    }

    private func subscriber(_ id: Int, _ name: String) -> String {
        #"subscriber.changed {"id":\#(id),"username":"\#(name)","deleted":false}"#
    }

    @Test(arguments: [
        ("subscriber.*", true), ("subscriber.changed", true), ("*", true), ("job.42", true), ("job.*", true),
        ("job.4*", true), ("session.*", true), ("job.x", false), ("subscriber", false), ("", false),
        ("nothing.*", false),
        ("subscriber.changed2", false),
    ])
    func `a topic that there is none of is refused`(_ topic: String, _ isKnown: Bool) {
        #expect(EventTopic.isKnown(topic) == isKnown)
    }

    @Test(arguments: [
        ("", false), ("1", false), ("1:2", false), ("1:2:", true), ("1:5:2,3", true), ("1:5:3,2", false),
        ("0:5:", false),
        ("5:1:", false), ("1:5:7", false), ("1:5:x", false), ("1:5:2;drop", false), ("1:5:,", false),
        ("99999999999999999999:5:", false),
    ])
    func `an event id is a snapshot that PostgreSQL can read`(_ text: String, _ isOne: Bool) throws {
        #expect(EventPump.isCursor(text) == isOne)
        if isOne { _ = try connection.query("select $1::pg_snapshot", [.text(text)]) }
    }

    @Test func `each hears of his own subscribers and of those below him, never of others'`() throws {
        var pump = try pump()
        let clients = [house, north, west, south].map { listen($0, ["subscriber.*"]) }
        try pump.step(now: 1)
        try touch([1, 2, 3])
        try pump.step(now: 2)
        let (one, two, three) = (subscriber(1, "ours"), subscriber(2, "norths"), subscriber(3, "wests"))
        #expect(clients.map(\.told) == [[one, two, three], [two, three], [three], []])
    }

    @Test func `one who was removed is told in his scope, one who is gone altogether to the house alone`() throws {
        var pump = try pump()
        let clients = [house, north, south].map { listen($0, ["subscriber.*"]) }
        try pump.step(now: 1)
        try connection.execute("update subscribers set deleted_at = now() where id = 2")
        try pump.step(now: 2)
        try connection.execute("delete from subscribers where id = 2")
        try pump.step(now: 3)
        let removed = #"subscriber.changed {"id":2,"username":"norths","deleted":true}"#
        #expect(clients.map(\.told) == [[removed, #"subscriber.changed {"id":2,"deleted":true}"#], [removed], []])
    }

    @Test func `a NAS and a service are told to the house and to the resellers who have them`() throws {
        var pump = try pump()
        let clients = [house, north, south].map { listen($0, ["nas.*", "service.*"]) }
        try pump.step(now: 1)
        try connection.execute("update nas_devices set description = 'x'; update services set description = 'x'")
        try pump.step(now: 2)
        #expect(clients.map(\.told.count) == [2, 0, 2])
    }

    @Test func `without the topic's permission nothing is told; alarms are the house's`() throws {
        var pump = try pump()
        let blind = listen(EventTests.principal(9, .house, []), ["*"])
        let clients = [house, north].map { listen($0, ["alarm.*"]) }
        try pump.step(now: 1)
        try touch([1])
        try connection.execute("insert into alarms (kind, subject, message) values ('test', 'bng', 'down')")
        try pump.step(now: 2)
        #expect(blind.told == [])
        #expect(clients.map(\.told.count) == [1, 0])
    }

    @Test func `a customer has no such stream`() throws {
        var pump = try pump()
        let customer = Principal(
            kind: .customer, id: 1, name: "ours", permissions: EventTests.all, scope: .house, credential: .session(1))
        let client = listen(customer)
        try pump.step(now: 1)
        try touch([1])
        try connection.execute("insert into plugin_states (file, state) values ('x.so', 'running')")
        try pump.step(now: 2)
        #expect(client.told == [])
    }

    @Test func `a job is told to who started it, and to those with jobs.view above him`() throws {
        var pump = try pump()
        let plain = EventTests.principal(3, west.scope, [])
        let clients = [house, north, west, south, plain].map { listen($0, ["job.*"]) }
        try pump.step(now: 1)
        try Jobs.enqueue(connection, "test", title: "", actor: Actor("a"), owner: west)
        try pump.step(now: 2)
        #expect(clients.map(\.told.count) == [1, 1, 1, 0, 1])
        #expect(clients[0].told.first?.hasPrefix(#"job.1 {"id":1,"kind":"test","state":"queued""#) == true)
    }

    @Test func `many at once are told by reseller, and each hears of his own`() throws {
        var pump = try pump()
        let clients = [house, north, south].map { listen($0, ["subscriber.*"]) }
        try pump.step(now: 1)
        try connection.execute(
            "insert into subscribers (id, username, reseller_id) select 1000 + n, 'n' || n, case when n <= 1200 then 1 end from generate_series(1, 1500) n"
        )
        try pump.step(now: 2)
        let (ours, norths) = (#"subscriber.changed {"many":300}"#, #"subscriber.changed {"many":1200}"#)
        #expect(clients.map(\.told) == [[ours, norths], [norths], []])
    }

    @Test func `one who comes back goes on where he was, on another hub, without loss or double`() throws {
        var pump = try pump()
        let client = listen(north, ["subscriber.*"])
        try pump.step(now: 1)
        try touch([2])
        try pump.step(now: 2)
        let seen = client.told
        // While he is away; a transaction that began before and commits after counts too.
        let slow = try database.connect()
        try slow.execute("begin; update subscribers set notes = 'slow' where id = 3")
        try touch([2])
        let other = EventCrowd()
        var second = try EventPump(other, connection, { $1 })
        let again = listen(north, ["subscriber.*"], last: client.lastID, other)
        try second.step(now: 1)
        #expect(again.told == [subscriber(2, "norths")])
        try slow.execute("commit")
        try second.step(now: 2)
        #expect(again.told == [subscriber(2, "norths"), subscriber(3, "wests")])
        let third = listen(north, ["subscriber.*"], last: again.lastID, other)
        try second.step(now: 3)
        #expect(third.told == [])
        #expect(seen == [subscriber(2, "norths")])
    }

    @Test func `one who breaks off within a batch is given the whole of it again`() throws {
        var pump = try pump()
        let client = listen(house, ["subscriber.*"])
        try pump.step(now: 1)
        client.breakOff(after: 3)
        try touch([1, 2, 3])
        try pump.step(now: 2)
        #expect(client.told == [subscriber(1, "ours"), subscriber(2, "norths")])
        #expect(client.isEnded.withLock { $0 })
        let again = listen(house, ["subscriber.*"], last: client.lastID)
        try pump.step(now: 3)
        #expect(again.told == [subscriber(1, "ours"), subscriber(2, "norths"), subscriber(3, "wests")])
    }

    @Test(arguments: ["1:1:", "999999999:999999999:", "nonsense"])
    func `an id that is too old, of another database, or none at all gives one reset`(_ id: String) throws {
        try connection.execute("update change_feed_horizon set pruned = '10'")
        var pump = try pump()
        let client = listen(house, ["subscriber.*"], last: id)
        try pump.step(now: 1)
        #expect(client.told == ["reset {}"])
        try touch([1])
        try pump.step(now: 2)
        #expect(client.told == ["reset {}", subscriber(1, "ours")])
    }

    @Test func `who has just come is told what happens from then on, and how far that is`() throws {
        var pump = try pump()
        try touch([1])
        let client = listen(house, ["subscriber.*"])
        try pump.step(now: 1)
        #expect(client.told == [])
        #expect(client.all.map(\.name) == [EventPump.mark])
        #expect(client.lastID == crowd.cursor)
    }

    @Test func `who may no longer is ended; who lost a right hears no more of it`() throws {
        let gone = Locked<Set<Int64>>([])
        let north = north
        var pump = try pump { _, principals in
            principals.map { principal in
                if gone.withLock({ $0.contains(principal.id) }) { return nil }
                return principal.id == north.id ? EventTests.principal(north.id, north.scope, []) : principal
            }
        }
        let (first, second) = (listen(house, ["subscriber.*"]), listen(north, ["subscriber.*"]))
        try pump.step(now: 1)
        try touch([2])
        try pump.step(now: 2)
        #expect(second.told.count == 1)
        gone.withLock { _ = $0.insert(1) }
        try connection.query("insert into change_feed (topic, key) values ('identity', 0)")
        try pump.step(now: 5_000_010)
        #expect(first.isEnded.withLock { $0 })
        #expect(!second.isEnded.withLock { $0 })
        try touch([2])
        try pump.step(now: 5_000_020)
        #expect(first.told.count == 1)
        #expect(second.told.count == 1)
    }

    @Test func `five thousand who listen are all told`() throws {
        var pump = try pump()
        let clients = (0..<5000).map { _ in listen(north, ["subscriber.*"]) }
        // New ones are taken in by the hundred, so that a crowd that comes back holds up nobody for long.
        try pump.step(now: 1)
        #expect(clients.filter { !$0.all.isEmpty }.count == 500)
        for _ in 0..<9 { try pump.step(now: 1) }
        try touch([2])
        try pump.step(now: 2)
        #expect(clients.allSatisfy { $0.told == [subscriber(2, "norths")] })
    }

    @Test func `sessions that start and stop are told once, in their scope, and only what happens from then on`() throws
    {
        try connection.execute(
            """
            insert into sessions_live (session_key, username, reseller_path) values (decode(md5('old'), 'hex'), 'old', '');
            insert into sessions_live (session_key, username, state, stopped_at) values (decode(md5('over'), 'hex'), 'over', 'closed', now())
            """)
        var source = SessionEvents(elapsed: { 0 })
        let step = { (now: UInt64, source: inout SessionEvents, connection: Connection) throws in
            try source.step(now: now, [self.house], connection).map { "\($0.topic) \($0.audience)" }
        }
        #expect(try step(1, &source, connection) == [])
        try connection.execute(
            """
            insert into sessions_live (session_key, username, reseller_path) values (decode(md5('new'), 'hex'), 'new', '1/');
            update sessions_live set state = 'closed', stopped_at = now() where username = 'old'
            """)
        #expect(
            try step(3_000_000, &source, connection) == ["session.started path(\"1/\")", "session.stopped path(\"\")"])
        #expect(try step(6_000_000, &source, connection) == [])
        // While nobody listens it forgets, and asks nothing.
        #expect(try source.step(now: 7_000_000, [], connection).isEmpty)
        try connection.execute("update sessions_live set state = 'closed', stopped_at = now() where username = 'new'")
        #expect(try step(9_000_000, &source, connection) == [])
    }

    @Test func `logins are told once; of a crowd a page, and by reseller how many were left out`() throws {
        var source = LoginEvents()
        try connection.execute("insert into radius_logs (username, outcome) values ('before', 'accept')")
        #expect(try source.step(now: 1, [house], connection).isEmpty)
        try connection.execute(
            "insert into radius_logs (username, outcome, subscriber_id) select 'n' || n, 'reject', 2 from generate_series(1, 60) n"
        )
        let events = try source.step(now: 2, [house], connection)
        #expect(events.count == 51)
        #expect(events.last?.json == #"{"skipped":10}"#)
        #expect(events.allSatisfy { $0.audience == .path("1/") })
        #expect(try source.step(now: 3, [house], connection).isEmpty)
    }

    @Test func `figures are each scope's own`() throws {
        try connection.execute(
            """
            insert into sessions_live (session_key, username, reseller_path)
            select decode(md5(n::text), 'hex'), 'u', case when n <= 3 then '' when n <= 5 then '1/' else '1/2/' end
              from generate_series(1, 6) n
            """)
        var source = FigureEvents()
        let events = try source.step(now: 10_000_000, [house, north, south, north], connection)
        let online = { (principal: Principal) in
            events.filter { $0.audience.includes(principal) }.map { String($0.json.prefix(11)) }
        }
        #expect(online(house) == [#"{"online":6"#])
        #expect(online(north) == [#"{"online":3"#])
        #expect(online(south) == [#"{"online":0"#])
        #expect(try source.step(now: 12_000_000, [house], connection).isEmpty)
    }
}
