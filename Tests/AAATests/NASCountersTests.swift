@testable import AAA
import PluginAPI
import RADIUS
import Testing
import Threads

@Suite struct NASCountersTests {
    private let counters = Counters()

    private func page(_ metrics: Metrics = Metrics(), _ gauges: Gauges = Gauges()) -> [String] {
        MetricsPage.lines(counters, metrics, gauges)
    }

    @Test func `an enum's place is its place among all cases`() {
        #expect(RejectReason.allCases.map(ordinal) == Array(RejectReason.allCases.indices))
        #expect(DropReason.allCases.map(ordinal) == Array(DropReason.allCases.indices))
        #expect(PasswordMethod.allCases.map(ordinal) == Array(PasswordMethod.allCases.indices))
        #expect(NASCounters.Place.fits)
        #expect(NASCounters.Place.unlogged + LoginOutcome.all.count <= NASCounters.Place.end)
    }

    @Test func `the same NAS has the same block, also after it was renamed`() {
        let block = counters.block(nasID: 7, name: "old")
        block.accept(.pap)
        #expect(counters.block(nasID: 7, name: "new") === block)
        #expect(page().contains("tollkeeper_radius_accepts_total{nas=\"new\",method=\"PAP\"} 1"))
    }

    @Test func `two blocks of one name are one line`() {
        counters.block(nasID: 1, name: "bng").drop(.overloaded)
        counters.block(nasID: 2, name: "bng").drop(.overloaded)
        let lines = page().filter { $0.contains("drops_total") }
        #expect(lines == ["tollkeeper_radius_drops_total{nas=\"bng\",reason=\"overloaded\"} 2"])
    }

    @Test func `every kind of count has its line, and what never happened has none`() {
        let block = counters.block(nasID: 1, name: "b\"n\\g")
        #expect(!page().contains { $0.contains("nas=") })
        block.request(.accessRequest)
        block.request(.coaRequest)
        block.accept(.msCHAPv2)
        block.reject(.wrongPassword)
        block.reject(.replyTooLong)
        block.drop(.overloaded)
        block.duplicateResent()
        block.accounting(.off)
        block.macLogin()
        block.lineLogin()
        block.profile(isKnown: false)
        block.unlogged(nil)
        block.unlogged(.expired, by: 3)
        let nas = "nas=\"b\\\"n\\\\g\""
        let wanted = [
            "accepts_total{\(nas),method=\"MS-CHAPv2\"} 1", "accounting_total{\(nas),status=\"Accounting-Off\"} 1",
            "device_logins_total{\(nas),by=\"line\"} 1", "device_logins_total{\(nas),by=\"mac\"} 1",
            "drops_total{\(nas),reason=\"overloaded\"} 1", "duplicates_total{\(nas)} 1",
            "profiles_total{\(nas),outcome=\"unknown\"} 1", "rejects_total{\(nas),reason=\"reply-too-long\"} 1",
            "rejects_total{\(nas),reason=\"wrong-password\"} 1", "requests_total{\(nas),code=\"Access-Request\"} 1",
            "requests_total{\(nas),code=\"other\"} 1", "unlogged_logins_total{\(nas),outcome=\"accept\"} 1",
            "unlogged_logins_total{\(nas),outcome=\"reject\"} 3",
        ]
        #expect(page().filter { $0.contains("nas=") }.sorted() == wanted.map { "tollkeeper_radius_" + $0 })
    }

    @Test func `packets of unknown sources are counted without a NAS`() {
        counters.unknown.drop(.unknownSource)
        #expect(page().contains("tollkeeper_radius_drops_total{reason=\"unknown-source\"} 1"))
    }

    @Test func `threads that count at once lose nothing`() {
        let block = counters.block(nasID: 1, name: "bng")
        let histogram = Histogram.seconds("login_seconds")
        let threads = (0..<4).map { _ in
            WorkerThread("count") {
                for _ in 0..<10_000 {
                    block.request(.accessRequest)
                    histogram.observe(120)
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(page().contains("tollkeeper_radius_requests_total{nas=\"bng\",code=\"Access-Request\"} 40000"))
        #expect(histogram.count == 40_000)
    }

    @Test func `a histogram's buckets are cumulated and its sum is in its unit`() {
        let metrics = Metrics()
        for measure in [-1, 0, 50, 51, 10_000_000, 10_000_001] as [Int64] { metrics.loginSeconds.observe(measure) }
        let lines = page(metrics).filter { $0.contains("login_seconds") }
        #expect(lines[0] == "# TYPE tollkeeper_radius_login_seconds histogram")
        #expect(lines[1] == "# UNIT tollkeeper_radius_login_seconds seconds")
        #expect(lines[2].hasPrefix("# HELP tollkeeper_radius_login_seconds Time from"))
        #expect(lines[3] == "tollkeeper_radius_login_seconds_bucket{le=\"5e-05\"} 3")
        #expect(lines[4] == "tollkeeper_radius_login_seconds_bucket{le=\"0.0001\"} 4")
        #expect(lines.contains("tollkeeper_radius_login_seconds_bucket{le=\"10.0\"} 5"))
        #expect(lines.contains("tollkeeper_radius_login_seconds_bucket{le=\"+Inf\"} 6"))
        #expect(lines.contains("tollkeeper_radius_login_seconds_count 6"))
        #expect(lines.contains("tollkeeper_radius_login_seconds_sum 20.000102"))
    }

    @Test func `batch sizes go up to the largest batch by powers of two`() {
        let batches = Histogram.sizes("receive_batch", upTo: 64)
        batches.observe(64)
        let ends = batches.samples().filter { $0.suffix == "_bucket" }.map { $0.labels[0].value }
        #expect(ends == ["1.0", "2.0", "4.0", "8.0", "16.0", "32.0", "64.0", "+Inf"])
    }

    @Test func `a family stands once on the page, however many parts add to it`() {
        counters.block(nasID: 1, name: "bng").request(.accessRequest)
        counters.add("requests", nas: "other", "Access-Request")
        let page = page()
        #expect(page.filter { $0 == "# TYPE tollkeeper_radius_requests counter" }.count == 1)
        #expect(page.filter { $0.hasPrefix("tollkeeper_radius_requests_total") }.count == 2)
    }

    @Test func `a registered value is asked for when the page is, and left out when it is not there`() {
        let gauges = Gauges()
        let value = Locked<Double?>(nil)
        gauges.register("journal_bytes", "Bytes in the journal.", unit: "bytes") { value.withLock { $0 } }
        gauges.register("kernel_drops", "Lost.", shape: .counter, labels: ["port": "auth"]) { 3 }
        #expect(!page(Metrics(), gauges).contains { $0.contains("journal_bytes") })
        value.withLock { $0 = 1.5 }
        let lines = page(Metrics(), gauges).filter { $0.contains("journal_bytes") || $0.contains("kernel_drops") }
        #expect(
            lines == [
                "# TYPE tollkeeper_radius_journal_bytes gauge", "# UNIT tollkeeper_radius_journal_bytes bytes",
                "# HELP tollkeeper_radius_journal_bytes Bytes in the journal.", "tollkeeper_radius_journal_bytes 1.5",
                "# TYPE tollkeeper_radius_kernel_drops counter", "# HELP tollkeeper_radius_kernel_drops Lost.",
                "tollkeeper_radius_kernel_drops_total{port=\"auth\"} 3",
            ])
    }

    @Test func `the server is ready when every part is; one that is not is marked`() {
        let board = HealthBoard()
        #expect(board.lines == ["ok"])
        board.register("database") { HealthBoard.Fact("away since 5 s") }
        board.register("accounting") { HealthBoard.Fact("nothing durable", isReady: false) }
        #expect(board.lines == ["failing", "!accounting=nothing durable", "database=away since 5 s"])
        board.register("accounting") { HealthBoard.Fact("journal") }
        #expect(board.lines == ["ok", "accounting=journal", "database=away since 5 s"])
    }

    @Test func `a NAS is noted as heard at most every ten seconds`() {
        let block = counters.block(nasID: 1, name: "bng")
        var heard = HeardNAS()
        #expect(heard.turn(counters.blocks).isEmpty)
        var noted: [Int64] = []
        for second in [0, 1, 9, 10, 25] as [Int64] {
            block.heard(noon + second)
            noted += heard.turn(counters.blocks).values.map { $0 - noon }
        }
        #expect(noted == [0, 10, 25])
    }
}
