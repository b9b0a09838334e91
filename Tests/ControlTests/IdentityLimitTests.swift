@testable import Control
import AAA
import Store
import Synchronization
import Testing

@Suite struct IdentityLimitTests {
    private static let second: Int64 = 1_000_000

    private func principal(_ id: Int64, _ kind: Principal.Kind = .operator) -> Principal {
        Principal(kind: kind, id: id, name: "\(id)", permissions: [], scope: .house, credential: .session(id))
    }

    private func keep(_ cache: PrincipalCache, _ id: Int64, _ kind: Principal.Kind = .operator, until: Int64 = .max) {
        cache.keep(principal(id, kind), for: [UInt8(truncatingIfNeeded: id)], until: until, now: 0, cache.ticket())
    }

    @Test func `What is known is known for 30 seconds, or till the token ends`() {
        let cache = PrincipalCache { true }
        keep(cache, 1)
        keep(cache, 2, until: 10 * Self.second)
        #expect(cache.find([1], now: 30 * Self.second - 1)?.id == 1)
        #expect(cache.find([1], now: 30 * Self.second) == nil)
        #expect(cache.find([2], now: 10 * Self.second - 1)?.id == 2)
        #expect(cache.find([2], now: 10 * Self.second) == nil)
        #expect(cache.find([3], now: 0) == nil)
        // A clock that was set back makes nothing known for longer.
        #expect(cache.find([1], now: -Self.second) == nil)
    }

    @Test func `While the change feed is not followed nothing is known, and nothing kept`() {
        let follows = Locks()
        let cache = PrincipalCache { follows.isOn.load(ordering: .relaxed) }
        keep(cache, 1)
        follows.isOn.store(false, ordering: .relaxed)
        #expect(cache.find([1], now: 0) == nil)
        keep(cache, 2)
        follows.isOn.store(true, ordering: .relaxed)
        #expect(cache.find([2], now: 0) == nil)
    }

    private final class Locks: Sendable { let isOn = Atomic(true) }

    @Test func `The topic identity forgets all; a subscriber's change him alone`() {
        let cache = PrincipalCache { true }
        keep(cache, 1)
        keep(cache, 2, .customer)
        keep(cache, 3, .customer)
        cache.changed(["nas_devices": [1]])
        #expect(cache.count == 3)
        cache.changed(["subscribers": [1, 2]])
        #expect(cache.find([1], now: 0) != nil)
        #expect(cache.find([2], now: 0) == nil)
        #expect(cache.find([3], now: 0) != nil)
        cache.changed(["identity": [0]])
        #expect(cache.count == 0)
    }

    @Test func `What was read before a change is not kept after it`() {
        let cache = PrincipalCache { true }
        let ticket = cache.ticket()
        cache.forgetAll()
        cache.keep(principal(1), for: [1], until: .max, now: 0, ticket)
        #expect(cache.find([1], now: 0) == nil)
    }

    @Test func `The cache never holds more than it may, and keeps what is used`() {
        let cache = PrincipalCache(capacity: 100) { true }
        for id in 0..<100_000 as Range<Int64> {
            let bytes = withUnsafeBytes(of: id) { Array($0) }
            cache.keep(principal(id), for: bytes, until: .max, now: 0, cache.ticket())
            #expect(cache.find(withUnsafeBytes(of: Int64(0)) { Array($0) }, now: 0) != nil)
        }
        #expect(cache.count <= 100)
    }

    @Test func `A revoked session is out at once where it was revoked, cached or not`() throws {
        let cache = PrincipalCache { true }
        let desk = try IdentityDesk(cache: cache)
        let id = try desk.administrator()
        let signed = try desk.signIn("root")
        #expect(try desk.identity.principal(session: signed.token) != nil)
        #expect(cache.count == 1)
        try desk.connection.execute("update web_sessions set revoked_at = now()")
        // Behind its back it is known still, until the feed tells.
        #expect(try desk.identity.principal(session: signed.token) != nil)
        cache.changed(["identity": [0]])
        #expect(try desk.identity.principal(session: signed.token) == nil)
        let again = try desk.signIn("root")
        #expect(try desk.identity.principal(session: again.token) != nil)
        try desk.identity.revokeSessions(of: .operator, id)
        #expect(try desk.identity.principal(session: again.token) == nil)
    }

    @Test func `So many at once, then as they come back; the headers say how many and when`() {
        let limiter = RateLimiter()
        let key = RateLimiter.Key.signInAccount("root")
        for left in (0..<10).reversed() {
            let verdict = limiter.take(key, now: 0)
            #expect(verdict.isAllowed)
            #expect(verdict.remaining == left)
            #expect(verdict.resetSeconds == (10 - left) * 6)
            #expect(verdict.retryAfterSeconds == nil)
        }
        let refused = limiter.take(key, now: 0)
        #expect(refused == .init(isAllowed: false, limit: 10, remaining: 0, resetSeconds: 60, retryAfterSeconds: 6))
        #expect(!limiter.take(key, now: 5 * Self.second).isAllowed)
        #expect(limiter.take(key, now: 6 * Self.second).isAllowed)
        #expect(!limiter.take(key, now: 6 * Self.second).isAllowed)
        #expect(limiter.take(key, now: 7200 * Self.second).remaining == 9)
        #expect(limiter.take(.signInAccount("ann"), now: 0).remaining == 9)
        #expect(limiter.take(.account("root"), now: 0).remaining == 5999)
    }

    @Test func `Sign-ins are limited more strictly than requests, and by the strictest of several keys`() {
        #expect(RateLimit.signInAddress.most < RateLimit.usual.most)
        #expect(RateLimit.signInAccount.most < RateLimit.usual.most)
        let limiter = RateLimiter()
        let keys = [RateLimiter.Key.signInAddress("192.0.2.1"), .signInAccount("root")]
        #expect(limiter.take(keys, now: 0)?.remaining == 9)
        for _ in 0..<9 { _ = limiter.take(keys, now: 0) }
        #expect(limiter.take(keys, now: 0)?.isAllowed == false)
        #expect(limiter.take([], now: 0) == nil)
    }

    @Test func `A network of IPv6 is one address`() {
        let limiter = RateLimiter()
        #expect(limiter.take(.signInAddress("2001:db8::1"), now: 0).remaining == 29)
        #expect(limiter.take(.signInAddress("2001:db8::2"), now: 0).remaining == 28)
        #expect(limiter.take(.signInAddress("2001:db8:0:1::1"), now: 0).remaining == 29)
        #expect(limiter.take(.signInAddress("192.0.2.1"), now: 0).remaining == 29)
        #expect(limiter.take(.signInAddress("192.0.2.2"), now: 0).remaining == 29)
    }

    @Test func `A flood of addresses takes no more memory than it may, and frees nobody who goes on`() {
        let limiter = RateLimiter(capacity: 1000)
        let busy = RateLimiter.Key.signInAddress("192.0.2.1")
        for number in 0..<20_000 {
            _ = limiter.take(.address("198.51.100.\(number)"), now: 0)
            if number % 100 == 0 { _ = limiter.take(busy, now: 0) }
        }
        #expect(limiter.count <= 1000)
        #expect(!limiter.take(busy, now: 0).isAllowed)
    }

    @Test func `Permissions have the form area and deed, each once`() throws {
        let catalogue = PermissionCatalogue.core
        #expect(catalogue.all.allSatisfy { Permission.isName($0.name) && !$0.title.isEmpty })
        #expect(Set(catalogue.all.map(\.name)).count == catalogue.all.count)
        for name in [
            "nas.view", "nas.create", "nas.edit", "nas.delete", "nas.test", "public_ips.view", "public_ips.manage",
        ] { #expect(catalogue[name] != nil) }
        for name in ["", "nas", "nas.", ".view", "nas.view.all", "NAS.view", "n\u{e4}s.view"] {
            #expect(!Permission.isName(name))
            #expect(throws: RecordRefusal.self) { try catalogue.adding([Permission(name, "x")], of: "p") }
        }
        #expect(throws: RecordRefusal.self) { try catalogue.adding([Permission("nas.view", "x")], of: "p") }
        let more = try catalogue.adding([Permission("vouchers.view", "See vouchers")], of: "vouchers")
        #expect(BuiltInRole.administrator.permissions(more).contains("vouchers.view"))
        #expect(BuiltInRole.readOnly.permissions(more).contains("vouchers.view"))
        #expect(!BuiltInRole.operator.permissions(more).contains("vouchers.view"))
    }

    @Test(arguments: BuiltInRole.allCases) func `A built-in role holds what there is, and nothing of the portal`(
        _ role: BuiltInRole
    ) {
        let catalogue = PermissionCatalogue.core
        let permissions = role.permissions(catalogue)
        #expect(!permissions.isEmpty)
        #expect(permissions.isSubset(of: catalogue.house))
        if role == .reseller { #expect(permissions.allSatisfy { catalogue[$0]?.houseOnly == false }) }
        if role == .readOnly { #expect(permissions.allSatisfy { $0.hasSuffix(".view") }) }
    }
}
