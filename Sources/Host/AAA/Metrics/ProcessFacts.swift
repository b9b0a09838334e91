import Glibc

/// What the system knows of this process: CPU time, memory, descriptors, age.
package enum ProcessFacts {
    package static func register(_ gauges: Gauges) {
        let began = Moment.microseconds()
        gauges.register(
            "process_cpu_seconds", "CPU time used by the process.", unit: "seconds", shape: .counter, cpuSeconds)
        gauges.register(
            "process_resident_bytes", "Memory of the process that is in RAM.", unit: "bytes", residentBytes)
        gauges.register("process_open_files", "Open file descriptors of the process.", openFiles)
        gauges.register("process_uptime_seconds", "Age of the process.", unit: "seconds") {
            uptime() ?? Double(Moment.microseconds() - began) / 1_000_000
        }
    }

    @Sendable
    private static func cpuSeconds() -> Double? {
        var usage = rusage()
        guard getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        let micro = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + micro
    }

    @Sendable
    private static func residentBytes() -> Double? {
        let fields = read("/proc/self/statm").split(separator: " ")
        guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    @Sendable
    private static func openFiles() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0.0
        while readdir(folder) != nil { count += 1 }
        // `.`, `..` and the folder's own.
        return count - 3
    }

    /// Field 22 of stat(5) is the start, in ticks since the machine's.
    private static func uptime() -> Double? {
        let fields = read("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, let start = Double(fields[19]) else { return nil }
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9 - start / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(file, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
}
