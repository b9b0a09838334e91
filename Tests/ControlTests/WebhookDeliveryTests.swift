@testable import Control
import HTTP
import PluginAPI
import Store
import Support
import Testing
import Threads

/// What would have been posted.
private final class PostBox: Sendable {
    private let posts = Locked<[Post]>([])
    func add(_ post: Post) { posts.withLock { $0.append(post) } }
    var all: [Post] { posts.withLock { $0 } }
}

@Suite struct WebhookDeliveryTests {
    private let desk: IdentityDesk
    private let connection: Connection
    private let clock = TestClock()
    private let posts = PostBox()
    private let owner: Principal

    init() throws {
        desk = try IdentityDesk()
        connection = desk.connection
        let role = try desk.role("integrator", ["subscribers.view"], reseller: 1)
        let id = try desk.add("ann", [role], reseller: 1)
        owner = Principal(
            kind: .operator, id: id, name: "ann", permissions: ["subscribers.view", "webhooks.manage"],
            scope: Scope(resellerID: 1, path: "1/"), credential: .session(1))
        try connection.execute(
            "insert into subscribers (id, username, reseller_id) values (1, 'ours', null), (2, 'norths', 1)")
    }

    private func hooks(_ viewer: Principal? = nil) -> Webhooks {
        Webhooks(connection, viewer: viewer ?? owner, actor: Actor("operator:ann"), seal: IdentityDesk.box.seal)
    }

    private func draft(_ url: String = "https://example.net/hook", _ topics: [String] = ["subscriber.changed"])
        -> Webhooks.Draft
    {
        .init(name: "crm", url: url, topics: topics)
    }

    private func sender(_ addresses: [String] = ["93.184.215.14"], status: Int = 200) -> WebhookSender {
        WebhookSender(
            clock: { 1_795_237_200 }, lookUp: { _ in addresses.compactMap { IPAddress($0) } },
            post: { [posts] post in
                posts.add(post)
                return status
            })
    }

    private func round(_ sender: WebhookSender) throws -> Int {
        try WebhookCourier.round(sender, IdentityDesk.box.open, connection, now: clock.now)
    }

    private func feed() throws -> Int {
        try WebhookFeed(connection: connection, identity: desk.identity).step(advances: false)
    }

    /// Made at the clock's time.
    private func owe(_ count: Int = 1) throws {
        for number in 1...count {
            try connection.query(
                "insert into webhook_deliveries (webhook_id, topic, payload, next_at, created_at) values (1, 'ping', $1, $2, $2)",
                [.text("{\"n\":\(number)}"), .timestamp(clock.now)])
        }
    }

    private func states() throws -> [String] {
        try connection.query(
            "select state || ' ' || attempts || coalesce(' ' || last_status, '') || coalesce(' ' || last_error, '') from webhook_deliveries order by id"
        ).map { $0.text(0) }
    }

    @Test(arguments: [
        "", "ftp://example.net/", "https://", "https://user:pass@example.net/", "https://example.net:0/",
        "https://example.net:99999/", "https://example.net:x/", "https://2130706433/", "https://0x7f.1/",
        "https://127.1/", "https://exa mple.net/", "https://example.net/#x", "https://[::1/", "https://[zz]/",
        "https://-a.net/", "https://a..net/", "javascript:alert(1)", "https://example.net\\@127.0.0.1/",
    ])
    func `what is no URL to post to is refused`(_ url: String) throws {
        let refusal = #expect(throws: RecordRefusal.self) { try hooks().create(draft(url)) }
        #expect(refusal?.code == "bad_url")
    }

    @Test(arguments: [
        ("https://example.net/a?b=c", "example.net", 443), ("http://Example.net:8080", "example.net", 8080),
        ("https://[2a00::1]:1/", "2a00::1", 1), ("https://93.184.215.14/", "93.184.215.14", 443),
    ])
    func `a URL is taken apart`(_ text: String, _ host: String, _ port: Int) throws {
        let url = try WebhookURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
    }

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.168.1.1", "198.18.0.1",
        "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:93.184.215.14", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001::1",
    ])
    func `an address that is not out on the internet gets no post, whatever the name says (RFC 6890)`(_ address: String)
        throws
    {
        _ = try hooks().create(draft())
        try owe()
        // One of its addresses is enough.
        #expect(try round(sender(["93.184.215.14", address])) == 1)
        #expect(posts.all.isEmpty)
        #expect(try states()[0].contains("not out on the internet"))
        try connection.execute("update system_preferences set value = 'on' where name = 'webhook_private_addresses'")
        clock.advance(seconds: 10)
        #expect(try round(sender([address])) == 1)
        #expect(posts.all.count == 1)
    }

    @Test func `a private address is refused when the webhook is made, unless the operator allows it`() throws {
        let refusal = #expect(throws: RecordRefusal.self) { try hooks().create(draft("http://127.0.0.1:8080/")) }
        #expect(refusal?.code == "private_address")
        try connection.execute("update system_preferences set value = 'on' where name = 'webhook_private_addresses'")
        _ = try hooks().create(draft("http://127.0.0.1:8080/"))
    }

    @Test(arguments: [["nothing"], ["stats"], ["session.started"], []])
    func `a topic that is of the moment, or none, is refused`(_ topics: [String]) throws {
        let refusal = #expect(throws: RecordRefusal.self) { try hooks().create(draft("https://example.net/", topics)) }
        #expect(refusal?.code == "unknown_topic")
    }

    @Test func `a body is signed with its time under the secret, and goes to the addresses that were looked at`() throws
    {
        let secret = try hooks().create(draft()).secret
        try owe()
        _ = try round(sender(["93.184.215.14", "2606:2800::1"]))
        let post = try #require(posts.all.first)
        let headers = Dictionary(uniqueKeysWithValues: post.headers.map { ($0.name, $0.value) })
        #expect(headers["X-Tollkeeper-Timestamp"] == "1795237200")
        #expect(headers["X-Tollkeeper-Delivery"] == "1")
        let signed = Array(#"1795237200.{"n":1}"#.utf8)
        #expect(
            headers["X-Tollkeeper-Signature"] == "v1="
                + WebhookSignature.hex(WebhookSignature.hmac(Array(secret.utf8), signed)))
        #expect(post.pinned == "example.net:443:93.184.215.14,[2606:2800::1]")
        #expect(try states() == ["delivered 1 200"])
    }

    @Test func `the secret is shown once: neither table nor audit log has it`() throws {
        let made = try hooks().create(draft())
        let next = try hooks().renewSecret(made.id)
        #expect(next != made.secret)
        let text = try connection.query(
            "select (select string_agg(to_jsonb(a)::text, '') from audit_log a) || (select string_agg(to_jsonb(w)::text, '') from webhooks w)"
        )[0].text(0)
        #expect(!text.contains(made.secret))
        #expect(!text.contains(next))
        try owe()
        _ = try round(sender())
        let signature = posts.all.first?.headers.first { $0.name == "X-Tollkeeper-Signature" }?.value
        #expect(
            signature == WebhookSignature.value(Array(next.utf8), time: "1795237200", body: Array(#"{"n":1}"#.utf8)))
    }

    @Test func `one that is refused is tried again ever later, and given up after a day`() throws {
        _ = try hooks().create(draft())
        try owe()
        var waits: [Int64] = []
        for _ in 0..<13 {
            #expect(try round(sender(status: 503)) == 1)
            let next = try connection.query("select next_at from webhook_deliveries")[0].timestamp(0)
            waits.append((next - clock.now) / 1_000_000)
            #expect(try round(sender(status: 503)) == 0)
            clock.advance(seconds: waits.last ?? 0)
        }
        #expect(waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 10_800, 10_800])
        #expect(try states() == ["pending 13 503 it answered 503"])
        clock.advance(seconds: 86_400)
        _ = try round(sender(status: 503))
        #expect(try states() == ["given-up 14 503 it answered 503"])
        try hooks().redeliver(1)
        try connection.query("update webhook_deliveries set next_at = $1", [.timestamp(clock.now)])
        _ = try round(sender())
        #expect(try states() == ["delivered 1 200"])
    }

    @Test func `who falls between sending and ticking off leaves it to be sent again`() throws {
        _ = try hooks().create(draft())
        try owe()
        #expect(try WebhookDeliveries.take(connection, now: clock.now).count == 1)
        #expect(try WebhookDeliveries.take(connection, now: clock.now).isEmpty)
        clock.advance(seconds: 300)
        #expect(try WebhookDeliveries.take(connection, now: clock.now).count == 1)
    }

    @Test func `of one that does not answer only one is tried at a time`() throws {
        _ = try hooks().create(draft())
        try owe(15)
        #expect(try round(sender(status: 500)) == 10)
        #expect(try round(sender(status: 500)) == 1)
    }

    @Test func `one that takes nothing for days is switched off with an alarm, and owed nothing any more`() throws {
        let id = try hooks().create(draft()).id
        try owe()
        _ = try round(sender(status: 500))
        clock.advance(seconds: 3 * 86_400 + 1)
        try owe()
        _ = try round(sender(status: 500))
        let row = try connection.query("select is_active, disabled_reason from webhooks")[0]
        #expect(!row.bool(0))
        #expect(row.text(1).contains("it answered 500"))
        #expect(try states().allSatisfy { $0.hasPrefix("given-up") })
        #expect(
            try connection.query("select subject from alarms where cleared_at is null").map { $0.text(0) } == [
                "webhook 1"
            ])
        try hooks().change(id, draft(), version: nil)
        #expect(try connection.query("select count(*) from alarms where cleared_at is null")[0].int(0) == 0)
        #expect(
            try connection.query("select failing_since is null and disabled_reason is null from webhooks")[0].bool(0))
    }

    @Test func `from the feed each change is owed once, and only what the owner may see`() throws {
        _ = try hooks().create(draft("https://example.net/", ["*"]))
        #expect(try feed() == 0)
        try connection.execute("update subscribers set notes = 'x'; update services set name = name")
        try connection.execute("insert into alarms (kind, subject, message) values ('test', 'bng', 'down')")
        #expect(try feed() == 1)
        #expect(try feed() == 0)
        #expect(
            try connection.query("select payload from webhook_deliveries").map { $0.text(0) } == [
                #"{"topic":"subscriber.changed","data":{"id":2,"username":"norths","deleted":false}}"#
            ])
    }

    @Test func `what was made into deliveries and not committed is made again`() throws {
        struct Fallen: Error {}
        _ = try hooks().create(draft())
        _ = try feed()
        try connection.execute("update subscribers set notes = 'x'")
        #expect(throws: Fallen.self) {
            try connection.transaction { () throws in
                _ = try feed()
                throw Fallen()
            }
        }
        #expect(try connection.query("select count(*) from webhook_deliveries")[0].int(0) == 0)
        #expect(try feed() == 1)
    }

    @Test(arguments: [
        "update operators set is_active = false", "update operators set reseller_id = 3",
        "update operators set deleted_at = now()",
    ])
    func `when its owner may no longer sign in, or is another's, it is told nothing`(_ change: String) throws {
        _ = try hooks().create(draft())
        _ = try feed()
        try connection.execute("\(change) where username = 'ann'; update subscribers set notes = 'x'")
        #expect(try feed() == 0)
        #expect(try connection.query("select is_active from webhooks")[0].bool(0) == false)
    }

    @Test func `a feed that no longer reaches back is told as a reset`() throws {
        _ = try hooks().create(draft())
        _ = try feed()
        try connection.execute("update subscribers set notes = 'x'; select change_feed_prune('-1 second')")
        try connection.execute("update webhook_cursor set snapshot = '1:1:'")
        #expect(try feed() == 1)
        #expect(try connection.query("select topic from webhook_deliveries").map { $0.text(0) } == ["reset"])
    }

    @Test func `a webhook of another reseller is not there`() throws {
        let id = try hooks().create(draft()).id
        try owe()
        let other = Principal(
            kind: .operator, id: 77, name: "eve", permissions: owner.permissions,
            scope: Scope(resellerID: 3, path: "3/"),
            credential: .session(2))
        let foreign = hooks(other)
        let attempts: [() throws -> Void] = [
            { try foreign.change(id, draft(), version: nil) }, { _ = try foreign.renewSecret(id) },
            { try foreign.remove(id) },
            { try foreign.redeliver(1) }, { _ = try foreign.ping(id) },
        ]
        for attempt in attempts {
            let refusal = #expect(throws: RecordRefusal.self) { try attempt() }
            #expect(refusal?.code == "not_found")
        }
        // The house sees all.
        _ = try hooks(EventTests.principal(1, .house)).ping(id)
    }

    @Test func `a change of what someone else changed meanwhile is refused; a name is taken once a reseller`() throws {
        let id = try hooks().create(draft()).id
        let stale = #expect(throws: RecordRefusal.self) { try hooks().change(id, draft(), version: 9) }
        #expect(stale?.code == "version_mismatch")
        let taken = #expect(throws: RecordRefusal.self) { try hooks().create(draft()) }
        #expect(taken?.code == "name_taken")
    }
}
