import EventLoop
import Glibc

/// One life of a supervised process: from its start to its end.
///
/// Two pipes join it to the supervisor. The child writes a line to one when it is ready. The other carries nothing:
/// it ends when the supervisor does, however that happens, and then the child stops.
final class Child {
    let process: pid_t
    let started: ContinuousClock.Instant
    private(set) var isReady = false
    private let life: Int32
    private let report: Int32
    private var watch: Watch?
    private var line: [UInt8] = []
    private let onReady: (String) -> Void

    /// Starts it; `onReady` is called on the loop with the line it writes.
    init(
        _ spec: ChildSpec, _ loop: EventLoop, now: ContinuousClock.Instant, onReady: @escaping (String) -> Void
    ) throws {
        let life = try Pipe()
        let report = try Pipe()
        defer {
            close(life.reading)
            close(report.writing)
        }
        var descriptors = [(ProcessOrders.life, life.reading), (ProcessOrders.report, report.writing)]
        for (index, descriptor) in spec.descriptors.enumerated() {
            descriptors.append((ProcessOrders.firstSocket + Int32(index), descriptor))
        }
        process = try Spawn.start(spec.arguments, variables: spec.variables, descriptors: descriptors)
        started = now
        self.life = life.writing
        self.report = report.reading
        self.onReady = onReady
        watch = try loop.watch(report.reading, .read) { [unowned self] in readReport() }
    }

    deinit {
        watch?.cancel()
        close(life)
        close(report)
    }

    func send(_ signal: Int32) { kill(process, signal) }

    /// The status of its end when it has ended; nil while it runs.
    func reap() -> ExitStatus? {
        var status: Int32 = 0
        return waitpid(process, &status, WNOHANG) == process ? ExitStatus(status) : nil
    }

    private func readReport() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(report, &buffer, buffer.count)
        if count > 0 { line += buffer[..<count] }
        if let end = line.firstIndex(of: UInt8(ascii: "\n")), !isReady {
            isReady = true
            onReady(String(decoding: line[..<end], as: UTF8.self))
        }
        // What follows the line is nobody's, and an ended pipe would be readable for ever.
        if isReady || count <= 0 { watch?.cancel() }
    }
}
