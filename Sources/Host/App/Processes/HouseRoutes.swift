import AAA
import EventLoop
import HTTP

/// What the HTTP port answers about the server itself: `/`, `/health`, `/metrics`.
struct HouseRoutes {
    /// The folder of the processes' local sockets.
    let runtime: String

    var routes: [Route] {
        [
            .get("/") { _ in .page(HouseRoutes.page) },
            .get("/health") { _ in health },
            .get("/metrics") { _ in metrics },
        ]
    }

    /// 200 when logins are answered, 503 when not, for load balancers.
    private var health: Response {
        let radius = ask("health")
        let isWell = radius == ["ok"]
        let emergency = EmergencyReport.sentence(EmergencyReport.entries(ask(EmergencyQuestion.status.line) ?? []))
        let members: [(String, JSON)] = [
            ("status", .text(isWell ? "ok" : "failing")), ("version", .text(Version.text)),
            ("processes", .object([("control", .text("ok")), ("radius", .text(radius?.first ?? "unreachable"))])),
            ("emergency", emergency.isEmpty ? .null : .text(emergency)),
        ]
        return .json(.object(members), status: isWell ? 200 : 503)
    }

    /// OpenMetrics 1.0 text. The lines of `radius` are its own families; one that does not answer is down, not an error.
    private var metrics: Response {
        let radius = ask("metrics")
        let lines =
            [
                "# TYPE tollkeeper info", "# HELP tollkeeper The running version.",
                "tollkeeper_info{version=\"\(Version.text)\"} 1",
                "# TYPE tollkeeper_process_up gauge",
                "# HELP tollkeeper_process_up Whether a process of the server answers.",
                "tollkeeper_process_up{process=\"control\"} 1",
                "tollkeeper_process_up{process=\"radius\"} \(radius == nil ? 0 : 1)",
            ] + (radius ?? []) + ["# EOF", ""]
        return .text(
            lines.joined(separator: "\n"), type: "application/openmetrics-text; version=1.0.0; charset=utf-8")
    }

    private func ask(_ line: String) -> [String]? {
        try? LocalClient.ask(line, folder: runtime, name: RadiusProcess.socketName, timeout: .seconds(2))
    }

    private static let page = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Tollkeeper</title>
        <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
        <h1>Tollkeeper</h1>
        <p>The AAA server of this network. It answers RADIUS; this port tells how it is.</p>
        <ul>
        <li><a href="/health">/health</a>: whether logins are answered (JSON)</li>
        <li><a href="/metrics">/metrics</a>: counters for Prometheus (OpenMetrics)</li>
        </ul>
        <p>It is run with the command line: <code>tollkeeper --help</code>.</p>
        </html>

        """
}
