import HTTP

/// What `radius` said of itself, as load balancers and people ask for it.
struct Readiness {
    /// `ok` or `failing`, then `name=text` lines; `!` before a name that is not ready. nil when it did not answer.
    private let lines: [String]?

    private let emergency: String?

    /// - emergency: the one in force, in words.
    init(_ lines: [String]?, emergency: String?) {
        self.lines = lines
        self.emergency = emergency
    }

    private var isReady: Bool { lines?.first == "ok" }

    /// Whether the processes answer: what restarts a server that hangs. 200, or 503.
    var health: Response {
        let isAlive = lines != nil
        let members: [(String, JSON)] = [
            ("status", .text(isAlive ? "ok" : "failing")), ("version", .text(Version.text)),
            (
                "processes",
                .object([("control", .text("ok")), ("radius", .text(isAlive ? "ok" : "unreachable"))])
            ),
            ("emergency", .optional(emergency)),
        ]
        return .json(.object(members), status: isAlive ? 200 : 503)
    }

    /// Whether logins are answered and accounting is durable somewhere: what a load balancer sends routers by. 200, or
    /// 503.
    var ready: Response {
        var facts: [(String, JSON)] = []
        var failing: [JSON] = []
        for line in (lines ?? []).dropFirst() {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            let isWell = !parts[0].hasPrefix("!")
            let name = isWell ? parts[0] : String(parts[0].dropFirst())
            facts.append((name, .text(parts[1])))
            if !isWell { failing.append(.text(name)) }
        }
        if lines == nil { failing.append(.text("radius")) }
        let members: [(String, JSON)] = [
            ("status", .text(isReady ? "ready" : "not-ready")), ("failing", .array(failing)),
            ("facts", .object(facts)), ("emergency", .optional(emergency)),
        ]
        return .json(.object(members), status: isReady ? 200 : 503)
    }
}
