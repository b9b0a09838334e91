import AAA
import Control
import EventLoop
import HTTP

/// What the HTTP port answers about the server itself: `/`, `/health`, `/ready`, `/metrics`.
struct HouseRoutes {
    /// The folder of the processes' local sockets.
    let runtime: String
    let alarms: AlarmPlace
    let figures: ServerFigures
    /// They ask `radius`, which may be slow to answer.
    private let queue = WorkQueue("house pages")

    init(runtime: String, alarms: AlarmPlace, figures: ServerFigures) {
        self.runtime = runtime
        self.alarms = alarms
        self.figures = figures
    }

    var routes: [Route] {
        [
            .get("/") { _ in .page(HouseRoutes.page) },
            queue.get("/health") { _ in Readiness(ask("health"), emergency: emergency).health },
            queue.get("/ready") { _ in Readiness(ask("health"), emergency: emergency).ready },
            queue.get("/metrics") { _ in metrics },
        ]
    }

    /// OpenMetrics 1.0 text. The lines of `radius` are its own families; one that does not answer is down, not an error.
    private var metrics: Response {
        let radius = ask("metrics")
        let own = HouseMetrics.lines(
            isRadiusUp: radius != nil, isEmergency: emergency != nil, alarms: alarms.board?.latest,
            http: figures.latest)
        return .text(
            (own + (radius ?? []) + ["# EOF", ""]).joined(separator: "\n"),
            type: "application/openmetrics-text; version=1.0.0; charset=utf-8")
    }

    /// The emergency in force, in words; nil when there is none.
    private var emergency: String? {
        let sentence = EmergencyReport.sentence(EmergencyReport.entries(ask(EmergencyQuestion.status.line) ?? []))
        return sentence.isEmpty ? nil : sentence
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
        <p>The AAA server of this network. It answers RADIUS; this port has its API, and tells how it is.</p>
        <ul>
        <li><a href="/health">/health</a>: whether its processes answer (JSON)</li>
        <li><a href="/ready">/ready</a>: whether logins are answered and accounting is kept (JSON)</li>
        <li><a href="/api/v1/docs">/api/v1/docs</a>: the API, for programs</li>
        <li><a href="/metrics">/metrics</a>: counters for Prometheus (OpenMetrics)</li>
        </ul>
        <p>It is run by the API and by the command line: <code>tollkeeper --help</code>.</p>
        </html>

        """
}
