import Glibc
import PluginAPI

/// Limits of a server.
package struct HTTPSettings: Sendable {
    /// Absolute: from a connection's begin or its last answer to the headers' last byte, and from there to a short body's;
    /// a longer one has more (`BodyTime`).
    package var requestTimeout: Duration = .seconds(60)
    /// Without a byte in either direction.
    package var idleTimeout: Duration = .seconds(30)
    package var connectionLimit = 20_000
    /// Connections, event streams and the like aside, up to which one is kept alive after an answer: with more, each ends
    /// with its answer, since one that waits for a next request keeps 32 KiB.
    package var keepAliveLimit = 4096
    /// Connections of one client address, loopback and trusted proxies aside.
    package var addressLimit = 256
    /// Bytes of all headers together.
    package var headerLimit = 16 << 10
    /// Bytes of the target.
    package var targetLimit = 8 << 10
    /// Bytes of all bodies that are being received.
    package var bodyMemory = 256 << 20
    /// Bytes from which on a body has minutes to come, and takes one of few places.
    package static let longBody = 1 << 20
    /// Such bodies at once.
    package var longBodies = 8
    /// Whose word on the client's address and on HTTPS is taken.
    package var proxies = TrustedProxies([])
    /// How long `stop` waits for answers.
    package var stopTimeout: Duration = .seconds(5)

    /// What deadlines are measured by.
    package var clock: @Sendable () -> ContinuousClock.Instant = { .now }

    /// Told what an operator should know.
    package var tell: @Sendable (HTTPNotice) -> Void = { _ in }

    package init() {}

    /// With as many connections as the process may have descriptors, less those that the rest of it needs. Raises that
    /// limit to what the system allows, up to `connections` and the rest.
    package init(connections: Int) {
        let rest = 1024
        var limit = rlimit()
        connectionLimit = connections
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = rlim_t(connections + rest)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let descriptors = Int(clamping: limit.rlim_cur)
        connectionLimit = max(min(connections, descriptors - rest), min(descriptors / 2, connections))
    }

    func isExempt(_ address: IPAddress) -> Bool { TrustedProxies.loopback.trusts(address) || proxies.trusts(address) }
}

/// What a server tells of itself.
package enum HTTPNotice: Sendable {
    /// The file of the new certificate.
    case certificateReplaced(String)
    /// The file, and why the old certificate stays.
    case certificateRefused(String, String)
}
