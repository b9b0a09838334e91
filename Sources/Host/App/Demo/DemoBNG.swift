import AAA
import PluginAPI
import RADIUS

/// The demo's routers at work, in real time: customers come and go, and their sessions report.
enum DemoBNG {
    /// Where the server is, and what it shares with the routers.
    struct Server: Sendable {
        var authPort: UInt16
        var acctPort: UInt16
        var secret: String
    }

    /// Runs until `stop` says so, then ends every session. `wait` sleeps for about a second; between two waits each
    /// router does one turn. For a thread of its own. Throws when a router has no socket to ask from.
    static func run(
        _ server: Server, clock: () -> Int64 = { Moment.now().wall }, wait: () -> Void, stop: () -> Bool
    ) throws {
        var routers = try Demo.routers.map { try DemoRouter($0, server) }
        for index in routers.indices { routers[index].boot(at: clock()) }
        while !stop() {
            for index in routers.indices where !stop() { routers[index].turn(at: clock()) }
            wait()
        }
        for index in routers.indices { routers[index].shutDown(at: clock()) }
    }
}

/// One router of the demo. A request that is not answered is given up: the next turn has others.
struct DemoRouter {
    private let bng: SimulatedBNG
    private let lines: [AccessLine]
    private var sessions: [Open] = []
    private var next = 0
    private var random = SystemRandomNumberGenerator()

    private struct Open {
        var session: SimulatedSession
        var reportAt: Int64
        var endAt: Int64
        /// Bytes per second to and from the customer.
        var pace: Traffic
    }

    init(_ router: Demo.Router, _ server: DemoBNG.Server) throws {
        bng = try SimulatedBNG(
            SimulatedBNG.Settings(
                server: IPAddress(ipv4: 0x7F00_0001), authPort: server.authPort, acctPort: server.acctPort,
                secret: server.secret, source: router.address, shape: router.shape, timeout: .seconds(1), tries: 1))
        lines = router.lines
    }

    mutating func boot(at now: Int64) {
        do throws(RADIUSClient.Failure) { try bng.boot(at: now) } catch {}
    }

    /// At most one login and one hang-up, and the reports that are due.
    mutating func turn(at now: Int64) {
        logIn(at: now)
        report(at: now)
        if let index = sessions.firstIndex(where: { $0.endAt <= now }) { hangUp(index, at: now) }
    }

    /// Ends all sessions, as a router does that is told to restart.
    mutating func shutDown(at now: Int64) {
        while !sessions.isEmpty { hangUp(sessions.count - 1, at: now) }
    }

    /// The next line in turn that is not online.
    private mutating func logIn(at now: Int64) {
        let online = Set(sessions.map(\.session.line.index))
        guard
            let line = (0..<lines.count).lazy.map({ [next, lines] in lines[(next + $0) % lines.count] })
                .first(where: { !online.contains($0.index) })
        else { return }
        next = (next + 1) % lines.count
        let methods: [PasswordMethod] = [.pap, .chap, .msCHAPv2]
        guard case .accepted(let session, _) = bng.login(line, by: methods[line.index % 3], at: now) else { return }
        send(session, .start, at: now)
        sessions.append(
            Open(
                session: session, reportAt: now + interval(of: session),
                endAt: now + Int64.random(in: 300...3600, using: &random),
                pace: Traffic(
                    input: .random(in: 1_000...200_000, using: &random),
                    output: .random(in: 10_000...2_000_000, using: &random))))
    }

    private mutating func report(at now: Int64) {
        for index in sessions.indices where sessions[index].reportAt <= now {
            count(index, at: now)
            send(sessions[index].session, .interim, at: now)
            sessions[index].reportAt = now + interval(of: sessions[index].session)
        }
    }

    private mutating func hangUp(_ index: Int, at now: Int64) {
        count(index, at: now)
        send(sessions[index].session, .stop, at: now)
        sessions.remove(at: index)
    }

    private mutating func count(_ index: Int, at now: Int64) {
        let seconds = UInt64(max(0, now - sessions[index].session.startedAt))
        sessions[index].session.traffic = Traffic(
            input: sessions[index].pace.input * seconds, output: sessions[index].pace.output * seconds)
    }

    private func send(_ session: SimulatedSession, _ record: SimulatedSession.Record, at now: Int64) {
        do throws(RADIUSClient.Failure) { _ = try bng.report(session, record, at: now) } catch {}
    }

    /// Routers report as often as they are told; a demo is looked at for minutes, so here never less than once in two.
    private func interval(of session: SimulatedSession) -> Int64 { min(session.interimSeconds ?? 60, 120) }
}
