import AAA
import Control
import HTTP

/// The metrics of the server as a whole and of `control`.
enum HouseMetrics {
    /// OpenMetrics lines, without the end mark.
    static func lines(
        isRadiusUp: Bool, isEmergency: Bool, alarms: AlarmBoard.Counts?, http: HTTPFigures = HTTPFigures()
    ) -> [String] {
        var families = MetricFamilies()
        families.add(
            MetricFamily("tollkeeper", .info, "The running version."),
            MetricSample("_info", [("version", Version.text)], value: 1))
        let up = MetricFamily("tollkeeper_process_up", .gauge, "Whether a process of the server answers.")
        families.add(up, MetricSample("", [("process", "control")], value: 1))
        families.add(up, MetricSample("", [("process", "radius")], value: isRadiusUp ? 1 : 0))
        families.add(
            MetricFamily("tollkeeper_emergency", .gauge, "Whether an emergency is in force: 1, or 0."),
            MetricSample(value: isEmergency ? 1 : 0))
        let gauges = Gauges(prefix: "tollkeeper_control_")
        ProcessFacts.register(gauges)
        gauges.samples(into: &families)
        add(http, &families)
        add(alarms, &families)
        return families.lines
    }

    private static func add(_ http: HTTPFigures, _ families: inout MetricFamilies) {
        families.add(
            MetricFamily("tollkeeper_http_connections", .gauge, "Open connections of the HTTP ports."),
            MetricSample(value: Double(http.open)))
        families.add(
            MetricFamily(
                "tollkeeper_http_streams", .gauge, "Answers that are being streamed, event streams among them."),
            MetricSample(value: Double(http.streams)))
        families.add(
            MetricFamily("tollkeeper_http_connections_accepted", .counter, "Connections taken."),
            MetricSample("_total", value: Double(http.accepted)))
        let refused = MetricFamily(
            "tollkeeper_http_connections_refused", .counter, "Connections refused or closed by us, by reason.")
        let reasons = [
            ("address", http.refusedAddress), ("full", http.refusedFull), ("late", http.late),
            ("evicted", http.evicted),
        ]
        for (reason, count) in reasons {
            families.add(refused, MetricSample("_total", [("reason", reason)], value: Double(count)))
        }
        let answers = MetricFamily("tollkeeper_http_requests", .counter, "Requests answered, by class of status.")
        for (index, count) in http.answers.enumerated() {
            families.add(answers, MetricSample("_total", [("status", "\(index + 1)xx")], value: Double(count)))
        }
    }

    private static func add(_ alarms: AlarmBoard.Counts?, _ families: inout MetricFamilies) {
        families.add(
            MetricFamily("tollkeeper_control_database_up", .gauge, "Whether the database answers control."),
            MetricSample(value: alarms == nil ? 0 : 1))
        guard let alarms else { return }
        let open = MetricFamily("tollkeeper_alarms", .gauge, "Open alarms, by kind.")
        for (kind, count) in alarms.open.sorted(by: { $0.key < $1.key }) {
            families.add(open, MetricSample("", [("kind", kind)], value: Double(count)))
        }
        families.add(
            MetricFamily("tollkeeper_alarms_unacknowledged", .gauge, "Open alarms that nobody acknowledged."),
            MetricSample(value: Double(alarms.unacknowledged)))
        let owed = MetricFamily(
            "tollkeeper_alarm_deliveries_pending", .gauge, "Alarm messages that a channel has not taken yet.")
        for (channel, count) in alarms.owed.sorted(by: { $0.key < $1.key }) {
            families.add(owed, MetricSample("", [("channel", channel)], value: Double(count)))
        }
    }
}
