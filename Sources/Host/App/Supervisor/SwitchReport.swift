/// How a change from a process to its successor went.
struct SwitchReport {
    let name: String
    /// The version that answered before; empty when none did.
    let from: String
    /// The version that answers now.
    let to: String
    /// From the successor's start until it was ready.
    let loading: Duration
    /// How long nobody read the sockets; what came meanwhile waited in them.
    let switching: Duration
    /// What the predecessor passed on.
    let bytes: Int
    /// Why the predecessor stays; nil when it was replaced.
    let failure: String?

    /// For a person, a line.
    var text: String {
        if let failure { return "\(name): not replaced: \(failure)" }
        let change = from.isEmpty || from == to ? "version \(to) started anew" : "version \(to) in place of \(from)"
        let gap = bytes > 0 ? ", switched in \(switching.milliseconds) ms, \(bytes) bytes handed over" : ""
        return "\(name): \(change), ready after \(loading.milliseconds) ms\(gap)"
    }

    /// For a program: `name=radius from=0.1.0 …`.
    var line: String {
        var values = ["name=\(name)", "from=\(from)", "to=\(to)", "load_ms=\(loading.milliseconds)"]
        values += ["switch_ms=\(switching.milliseconds)", "bytes=\(bytes)"]
        return values.joined(separator: " ") + (failure.map { " failure=\($0)" } ?? "")
    }
}

extension Duration {
    /// Whole ones, the rest cut off.
    var milliseconds: Int { Int(self / .milliseconds(1)) }
}
