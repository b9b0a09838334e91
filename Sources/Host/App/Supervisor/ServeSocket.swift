import EventLoop

/// What commands ask the supervisor of a running server, on a local socket in the runtime folder.
enum ServeSocket {
    /// One server, or one with a single process each (`serve --only`), in a data folder.
    static let names = ["serve.sock", "serve-radius.sock", "serve-control.sock"]

    static func name(only: String?) -> String { only.map { "serve-\($0).sock" } ?? "serve.sock" }

    /// Answers `reload` with a line for each process, and at the end `done`, or `failed REASON`.
    static func open(_ supervisor: Supervisor, folder: String, name: String) throws -> LocalServer {
        try LocalServer(supervisor.loop, folder: folder, name: name) { [unowned supervisor] line, reply in
            guard line == "reload" else { return reply.answer(["failed unknown request"]) }
            supervisor.reload(
                tell: { reply.write($0) },
                onEnd: { failure in reply.answer([failure.map { "failed \($0)" } ?? "done"]) })
        }
    }
}
