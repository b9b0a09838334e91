/// Which of the processes this `serve` runs: both, or one alone.
struct ServeRole {
    /// `radius` or `control`; nil for both.
    let only: String?

    /// Throws `.misused` for another name, `.refused` where a private PostgreSQL would have two masters.
    init(_ parsed: Parsed, _ configuration: Configuration) throws {
        only = parsed.value("only")
        guard let only else { return }
        guard ["radius", "control"].contains(only) else {
            throw CommandError.misused("--only `\(only)` is neither radius nor control")
        }
        guard configuration.database != nil else {
            throw CommandError.refused(
                "--only \(only) needs a database of its own", hint: "name it with --database postgresql://…")
        }
        if parsed.has("demo") || parsed.has("test-login") {
            throw CommandError.misused("--demo and --test-login are for a server with both processes")
        }
    }

    func runs(_ process: String) -> Bool { only == nil || only == process }

    func opens(_ purpose: ListeningSocket.Purpose) -> Bool { runs(purpose.isWeb ? "control" : "radius") }
}
