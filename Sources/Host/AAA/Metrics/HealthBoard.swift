import Threads

/// What the parts of `radius` say of themselves when asked whether it is ready: whether logins are answered, whether
/// accounting is durable somewhere, and what is worth knowing beside it.
package final class HealthBoard: Sendable {
    /// What one part says.
    package struct Fact: Sendable, Hashable {
        /// False takes the server out of service at a load balancer.
        package var isReady: Bool
        /// For people and programs: `up`, `away since 12 s`, `0.4`.
        package var text: String

        package init(_ text: String, isReady: Bool = true) {
            self.text = text
            self.isReady = isReady
        }
    }

    private let facts = Locked<[String: @Sendable () -> Fact]>([:])

    package init() {}

    /// Registers a part under a name like `database` or `journal_fill`; the later of one name counts. `read` must not
    /// wait.
    package func register(_ name: String, _ read: @escaping @Sendable () -> Fact) { facts.withLock { $0[name] = read } }

    /// The answer on the local socket: `ok` or `failing`, then a line `name=text` for each part; the name of a part that
    /// is not ready has a `!` before it.
    package var lines: [String] {
        let all = facts.withLock { $0 }.sorted { $0.key < $1.key }.map { (name: $0.key, fact: $0.value()) }
        let isReady = all.allSatisfy(\.fact.isReady)
        return [isReady ? "ok" : "failing"]
            + all.map {
                "\($0.fact.isReady ? "" : "!")\($0.name)=\($0.fact.text.split(separator: "\n").joined(separator: " "))"
            }
    }
}
