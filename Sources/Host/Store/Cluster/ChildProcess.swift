import CSystem
import Glibc

/// Programs that the store starts, as the user who runs PostgreSQL.
enum ChildProcess {
    /// What a child finds in its environment; ours is not passed on.
    private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC"]

    /// Starts the program and returns its process id. The caller waits for it.
    static func start(
        _ path: String, _ arguments: [String], as user: ServiceUser, folder: String, output: Int32,
        ownSession: Bool = false
    ) throws(StoreError) -> Int32 {
        let changesUser = user.uid != geteuid()
        let child = withCStrings([path] + arguments) { arguments in
            withCStrings(environment) { environment in
                tk_spawn_as(
                    path, arguments, environment, changesUser ? user.uid : uid_t.max, user.gid, folder, output,
                    ownSession ? 1 : 0)
            }
        }
        guard child > 0 else {
            throw StoreError(
                .setup, "can't start \(path) as \(user.name) in \(folder): \(String(cString: strerror(-child)))")
        }
        return child
    }

    /// Runs the program to its end; gives its exit status (128 and the signal when it was killed) and its output.
    static func run(_ path: String, _ arguments: [String], as user: ServiceUser, folder: String = "/")
        throws(StoreError) -> (status: Int32, output: String)
    {
        // A pair of sockets does as a pipe whose ends no other child inherits.
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw TextFile.failure("can't make a pipe for", path)
        }
        defer { close(ends[0]) }
        let child: Int32
        do throws(StoreError) {
            child = try start(path, arguments, as: user, folder: folder, output: ends[1])
        } catch {
            close(ends[1])
            throw error
        }
        close(ends[1])
        let output = readAll(ends[0])
        return (wait(child), output)
    }

    /// Waits for a child's end.
    static func wait(_ child: Int32) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return exitStatus(status)
    }

    /// The exit status when the child has ended, nil while it runs. A process that is not our child gives 0 when it
    /// has ended.
    static func ended(_ child: Int32) -> Int32? {
        var status: Int32 = 0
        let found = waitpid(child, &status, WNOHANG)
        if found == child { return exitStatus(status) }
        if found < 0, errno == ECHILD { return isGone(child) ? 0 : nil }
        return nil
    }

    /// True for a zombie too: in a container, process 1 may be slow to take leave of orphans.
    private static func isGone(_ process: Int32) -> Bool {
        if kill(process, 0) != 0, errno == ESRCH { return true }
        // `pid (name) state …`; the name may hold anything, so from its last parenthesis.
        guard let text = try? TextFile.read("/proc/\(process)/stat") else { return true }
        let state = String(decoding: text, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
        return state == "Z" || state == "X"
    }

    private static func exitStatus(_ status: Int32) -> Int32 {
        status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return String(decoding: result, as: UTF8.self) }
            result.append(contentsOf: piece[..<count])
        }
    }

    private static func withCStrings(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> pid_t
    ) -> pid_t {
        var copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        copies.append(nil)
        return copies.withUnsafeBufferPointer { pointers in pointers.baseAddress.map(body) ?? -EINVAL }
    }
}
