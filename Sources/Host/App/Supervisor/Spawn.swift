import Glibc

/// Starts programs, with descriptors at fixed numbers.
enum Spawn {
    /// Starts the program in a process group of its own, so that a terminal's interrupt goes to the supervisor alone.
    /// `descriptors` maps the child's numbers to ours, which are all above the child's (see ListeningSocket).
    /// Gives the process id; throws `.refused`.
    static func start(
        _ arguments: [String], variables: [String: String], descriptors: [(child: Int32, ours: Int32)]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for pair in descriptors { posix_spawn_file_actions_adddup2(&actions, pair.ours, pair.child) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Int32(POSIX_SPAWN_SETPGROUP)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var process: pid_t = 0
        let list = variables.map { "\($0)=\($1)" }.sorted()
        let code = withCStrings(arguments) { arguments in
            withCStrings(list) { posix_spawn(&process, arguments[0]!, &actions, &attributes, arguments, $0) }
        }
        guard code == 0 else {
            throw CommandError.refused("\(arguments[0]) can't be started: \(FileText.reason(code))")
        }
        return process
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}
