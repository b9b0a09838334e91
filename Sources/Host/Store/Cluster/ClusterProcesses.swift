import Glibc

/// The processes that run in a cluster's folder: every PostgreSQL process has it as its working directory.
struct ClusterProcesses {
    /// Real path.
    let folder: String

    /// The postmaster that postmaster.pid names, if it is alive and really works in our folder.
    func livingPostmaster() -> Int32? {
        guard let line = pidFile.first, let process = Int32(line), belongs(process) else { return nil }
        return process
    }

    /// Where the postmaster that wrote postmaster.pid has its socket; its fifth line.
    var socketFolder: String? { pidFile.count > 4 && !pidFile[4].isEmpty ? pidFile[4] : nil }

    private var pidFile: [String] {
        let bytes = (try? TextFile.read("\(folder)/postmaster.pid")) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// Ends backends whose postmaster is gone and removes the pid file it left. Called under the data folder's lock
    /// and only when no postmaster lives: whoever works in the folder then is an orphan.
    func clearRemains() throws(StoreError) {
        for signal in [SIGQUIT, SIGKILL] {
            let orphans = processes()
            if orphans.isEmpty { break }
            for orphan in orphans where belongs(orphan) { kill(orphan, signal) }
            waitForEnd(of: orphans)
        }
        guard processes().isEmpty else {
            throw StoreError(.setup, "processes of an earlier PostgreSQL in \(folder) don't end: \(processes())")
        }
        unlink("\(folder)/postmaster.pid")
    }

    private func waitForEnd(of orphans: [Int32]) {
        let deadline = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < deadline, orphans.contains(where: belongs) { usleep(10_000) }
    }

    private func processes() -> [Int32] {
        ((try? TextFile.names(in: "/proc")) ?? []).compactMap { Int32($0) }.filter(belongs)
    }

    /// Whether the process is a PostgreSQL at work in our folder. A zombie has no working directory, so it is none.
    private func belongs(_ process: Int32) -> Bool {
        guard link("/proc/\(process)/cwd") == folder, let program = link("/proc/\(process)/exe") else { return false }
        // An upgraded package leaves "/…/postgres (deleted)".
        return program.split(separator: "/").last?.hasPrefix("postgres") ?? false
    }

    private func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
