import AAA
import Control
import HTTP
import Support
import Testing

@testable import App

@Suite struct HouseMetricsTests {
    private let alarms = AlarmBoard.Counts(open: ["journal-full": 1], unacknowledged: 1, owed: ["webhook": 2])

    private func lines(_ alarms: AlarmBoard.Counts?) -> [String] {
        HouseMetrics.lines(isRadiusUp: false, isEmergency: true, alarms: alarms)
    }

    @Test func `a process that does not answer, and a database that is away, are lines and not errors`() {
        let lines = lines(nil)
        #expect(lines.contains("tollkeeper_process_up{process=\"control\"} 1"))
        #expect(lines.contains("tollkeeper_process_up{process=\"radius\"} 0"))
        #expect(lines.contains("tollkeeper_control_database_up 0"))
        #expect(lines.contains("tollkeeper_emergency 1"))
        #expect(!lines.contains { $0.hasPrefix("tollkeeper_alarms") })
    }

    @Test func `open alarms are counted by kind, and what channels are owed`() {
        let lines = lines(alarms)
        #expect(lines.contains("tollkeeper_alarms{kind=\"journal-full\"} 1"))
        #expect(lines.contains("tollkeeper_alarms_unacknowledged 1"))
        #expect(lines.contains("tollkeeper_alarm_deliveries_pending{channel=\"webhook\"} 2"))
    }

    @Test(arguments: ["deploy/prometheus/tollkeeper.rules.yml", "deploy/grafana/tollkeeper.json"])
    func `every metric that is alerted on or drawn is one that the server tells`(_ file: String) throws {
        var known = Set(MetricCatalogue.names)
        for line in lines(alarms) where line.hasPrefix("# TYPE ") {
            let name = String(line.split(separator: " ")[2])
            known.insert(name)
            // What every process tells of itself.
            known.insert(name.replacing("_control_process_", with: "_radius_process_"))
        }
        let used = metrics(try text(file))
        #expect(used.count > 15)
        for name in used {
            let family = ["_total", "_bucket", "_sum", "_count"].reduce(name) { name, suffix in
                name.hasSuffix(suffix) && !known.contains(name) ? String(name.dropLast(suffix.count)) : name
            }
            #expect(known.contains(family), "\(file) names \(name)")
        }
    }

    @Test func `every alert has a summary and its section of the runbook`() throws {
        let sections = Set(
            try text("docs/runbook.md").split(separator: "\n").filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3) })
        let rules = try text("deploy/prometheus/tollkeeper.rules.yml").split(separator: "\n")
        let alerts = rules.filter { $0.contains("- alert: ") }.count
        let named = rules.compactMap { line in
            line.contains("runbook: docs/runbook.md#") ? line.split(separator: "#").last : nil
        }
        #expect(alerts > 10)
        #expect(named.count == alerts)
        #expect(rules.filter { $0.contains("summary: ") }.count == alerts)
        for section in named { #expect(sections.contains(section), "\(section)") }
    }

    @Test(arguments: AlarmKind.allCases)
    func `every kind of alarm has its section of the runbook`(_ kind: AlarmKind) throws {
        #expect(try text("docs/runbook.md").contains("\n## \(kind)\n"))
    }

    @Test func `readiness names what fails; liveness only asks whether the processes answer`() {
        let json = { (response: Readiness, isReady: Bool) in
            String(decoding: (isReady ? response.ready : response.health).body, as: UTF8.self)
        }
        let well = Readiness(["ok", "database=away for 7 s"], emergency: nil)
        #expect(well.ready.status == 200)
        #expect(
            json(well, true)
                == #"{"status":"ready","failing":[],"facts":{"database":"away for 7 s"},"emergency":null}"# + "\n")
        let failing = Readiness(["failing", "!accounting=nothing durable"], emergency: "expiry is skipped")
        #expect(failing.ready.status == 503)
        #expect(failing.health.status == 200)
        #expect(
            json(failing, true)
                == #"{"status":"not-ready","failing":["accounting"],"facts":{"accounting":"nothing durable"},"#
                + #""emergency":"expiry is skipped"}"# + "\n")
        let gone = Readiness(nil, emergency: nil)
        #expect(gone.ready.status == 503)
        #expect(gone.health.status == 503)
        #expect(json(gone, true).contains(#""failing":["radius"]"#))
    }

    /// Words that begin with `tollkeeper_`.
    private func metrics(_ text: String) -> Set<String> {
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }
        return Set(words.filter { $0.hasPrefix("tollkeeper_") }.map(String.init))
    }

    private func text(_ file: String) throws -> String {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try #require(try FileText.read("\(root)/\(file)"))
    }
}
