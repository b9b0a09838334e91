import Glibc

/// Signals that wait.
enum SignalMask {
    /// Runs `body` with the signals blocked. One that came meanwhile is delivered afterwards, to the handlers that
    /// `body` set up.
    static func holding<Result>(_ signals: [Int32], _ body: () throws -> Result) rethrows -> Result {
        var set = sigset_t()
        var old = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, &old)
        defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
        return try body()
    }
}
