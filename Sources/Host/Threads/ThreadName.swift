import Glibc

/// The name of a thread, as `top -H`, `perf` and `gdb` show it.
package enum ThreadName {
    /// `run`, on a thread that takes this name first. The system keeps 15 bytes.
    package static func giving(_ name: String, to run: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        {
            take(name)
            run()
        }
    }

    /// By /proc, since the C library's own call is not visible to Swift. Not to have a name harms nobody.
    private static func take(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = name.withCString { write(file, $0, strlen($0)) }
        close(file)
    }
}
