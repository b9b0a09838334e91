import Glibc

/// A pipe between supervisor and child. Both ends are closed on exec and numbered above 100.
struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw CommandError.refused("pipe: \(FileText.reason())") }
        reading = Pipe.raise(ends[0])
        writing = Pipe.raise(ends[1])
    }

    /// The low number is closed again before anything else is started, so that it needs no close-on-exec.
    private static func raise(_ low: Int32) -> Int32 {
        defer { close(low) }
        return fcntl(low, F_DUPFD_CLOEXEC, 100)
    }
}
