import Control
import Glibc
import Store
import Support
import Testing

/// Runs when `TOLLKEEPER_LONG_TESTS` is set: what it measures means something on an idle machine only.
@Suite(.serialized, .enabled(if: getenv("TOLLKEEPER_LONG_TESTS") != nil)) struct SubscriberImportSpeedTests {
    /// The address of a row: none, one of a dense block, or one far from every other.
    enum Addresses: String, CaseIterable, Sendable {
        case none, dense, scattered

        func text(_ row: Int) -> String {
            switch self {
            case .none: ""
            case .dense: "10.\(row / 65_536).\(row / 256 % 256).\(row % 256)"
            case .scattered: "\(10 + row / 65_536).\(row / 256 % 256).\(row % 256).1"
            }
        }
    }

    @Test(arguments: Addresses.allCases) func `100,000 rows go in in under 20 seconds`(_ addresses: Addresses) throws {
        let connection = try TestDatabase().connect()
        try connection.execute("insert into services (name) values ('gold')")
        let rows = (0..<100_000).map {
            "user\($0),password\($0),gold,\(addresses.text($0)),Name \($0)"
        }
        let text = "username,password,service,static_ip,full_name\n" + rows.joined(separator: "\n")
        let records = Records(connection, actor: Actor("os:test", source: "command line")) { plain, place in
            Array("\(place):".utf8) + plain
        }
        let check = try ContinuousClock().measure {
            let outcome = try SubscriberImporter(records) { _ in nil }.run(Array(text.utf8), dryRun: true)
            #expect(outcome.faults.isEmpty)
        }
        print("100,000 subscribers checked in \(check), addresses \(addresses)")
        let took = try ContinuousClock().measure {
            let outcome = try SubscriberImporter(records) { _ in nil }.run(Array(text.utf8), dryRun: false)
            #expect(outcome.faults.isEmpty)
            #expect(outcome.rows == 100_000)
        }
        #expect(try connection.query("select count(*) from subscribers")[0].int(0) == 100_000)
        #expect(took < .seconds(20), "\(took)")
        print("100,000 subscribers imported in \(took), addresses \(addresses)")
    }
}
