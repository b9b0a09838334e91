import EventLoop
import Glibc

/// One life of a supervised process: from its start to its end.
///
/// A link joins it to the supervisor. Over it the child says that it is ready and does what it is told; and it ends when
/// the supervisor does, however that happens.
final class Child {
    let process: pid_t
    let started: ContinuousClock.Instant
    /// Found at work rather than started: its end is seen by the link's alone.
    let isAdopted: Bool
    /// What it said of itself when it was ready: `version=… nas=…`.
    var about = ""
    /// Why it ends, if it said so.
    private(set) var reason: String?
    private var link: Link?
    private var isGone = false
    /// Of an adopted one nobody learns how it ended.
    private var end = ExitStatus.exited(ExitCode.done)

    /// Starts it. The closures are called on the loop.
    init(
        _ spec: ChildSpec, _ loop: EventLoop, now: ContinuousClock.Instant,
        onMessage: @escaping (Child, Link.Message) -> Void
    ) throws {
        let (ours, other) = try Link.pair()
        defer { close(other) }
        let high = fcntl(other, F_DUPFD_CLOEXEC, 100)
        defer { close(high) }
        var descriptors = [(ProcessOrders.link, high)]
        for (index, descriptor) in spec.descriptors.enumerated() {
            descriptors.append((ProcessOrders.firstSocket + Int32(index), descriptor))
        }
        do {
            process = try Spawn.start(spec.arguments, variables: spec.variables, descriptors: descriptors)
        } catch {
            close(ours)
            throw error
        }
        started = now
        isAdopted = false
        link = try Link(loop, ours, onMessage: { [unowned self] in heard($0, onMessage) }, onEnd: {})
    }

    /// Takes on one that works already, by a link to it.
    init(
        adopting found: FoundRadius, _ loop: EventLoop, now: ContinuousClock.Instant,
        onMessage: @escaping (Child, Link.Message) -> Void, onEnd: @escaping () -> Void
    ) throws {
        process = found.process
        started = now
        isAdopted = true
        about = found.about
        link = try Link(loop, found.descriptor) { [unowned self] in
            heard($0, onMessage)
        } onEnd: { [unowned self] in
            isGone = true
            onEnd()
        }
    }

    /// The version it said it is; empty when it said nothing.
    var version: String {
        about.split(separator: " ").first { $0.hasPrefix("version=") }.map { String($0.dropFirst(8)) } ?? ""
    }

    func signal(_ number: Int32) {
        if !isGone { kill(process, number) }
    }

    @discardableResult
    func tell(_ text: String, files: [Int32] = []) -> Bool { link?.send(text, files: files) ?? false }

    /// The status of its end when it has ended; nil while it runs.
    func reap() -> ExitStatus? {
        if isGone { return end }
        if isAdopted { return nil }
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        // What it said last may still wait to be read.
        while let last = link?.takeWaiting() { if last.verb == "failed" { reason = last.rest } }
        isGone = true
        end = ExitStatus(status)
        return end
    }

    private func heard(_ message: Link.Message, _ onMessage: (Child, Link.Message) -> Void) {
        switch message.verb {
        case "ready": about = message.rest
        case "failed": reason = message.rest
        default: break
        }
        onMessage(self, message)
    }
}
