import PluginAPI
import Testing

@testable import MikroTik

/// One line a case: what is sold, and the literal text RouterOS gets. rx is the customer's upload.
struct RateLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var up: RateProfile?
        var down: RateProfile?
        var priority: Int?
        var text: String
        var testDescription: String { text }
    }

    static let cases = [
        Case(up: profile("5M"), down: profile("20M"), text: "5M/20M"),
        Case(up: profile("512k"), down: profile("2M"), text: "512k/2M"),
        Case(up: profile("1200k"), down: profile("2000k"), text: "1200k/2M"),
        Case(up: profile("1G"), down: profile("2.5G"), text: "1000M/2500M"),
        Case(up: profile("64001"), down: profile("1.5M"), text: "64001/1500k"),
        Case(up: nil, down: profile("20M"), text: "0/20M"),
        Case(up: profile("5M"), down: nil, text: "5M/0"),
        Case(up: profile("5M"), down: profile("20M"), priority: 3, text: "5M/20M 0/0 0/0 0/0 3"),
        Case(
            up: profile("5M", burst: "10M", threshold: "4M", seconds: 8),
            down: profile("20M", burst: "40M", threshold: "15M", seconds: 16),
            text: "5M/20M 10M/40M 4M/15M 8/16"),
        Case(up: profile("5M"), down: profile("20M", burst: "40M"), text: "5M/20M 5M/40M 5M/20M 1/1"),
        Case(
            up: profile("5M", burst: "10M", threshold: "4M", seconds: 8, minimum: "1M"),
            down: profile("20M", burst: "40M", threshold: "15M", seconds: 16, minimum: "2M"),
            priority: 5, text: "5M/20M 10M/40M 4M/15M 8/16 5 1M/2M"),
        Case(
            up: profile("5M", minimum: "500k"), down: profile("20M"), text: "5M/20M 0/0 0/0 0/0 8 500k/0"),
    ]

    @Test(arguments: cases)
    func `a plan's rates are written upload first, each part in its place`(row: Case) throws {
        #expect(try RateLimit(row.plan)?.description == row.text)
    }

    @Test func `a plan without rates has no rate limit`() throws {
        #expect(try RateLimit(Plan(service: "Home", tier: "normal", tierPosition: 0)) == nil)
    }

    static let refused = [
        (Case(down: profile("0"), text: ""), "down: the rate is 0"),
        (Case(down: profile("20M", burst: "10M"), text: ""), "the burst rate 10M is below the rate 20M"),
        (Case(down: profile("20M", threshold: "10M"), text: ""), "needs a burst rate"),
        (Case(down: profile("20M", burst: "30M", seconds: 0), text: ""), "burst time is 0"),
        (Case(up: profile("1M", minimum: "2M"), text: ""), "up: the minimum 2M is above the rate 1M"),
        (Case(up: profile("1M"), priority: 9, text: ""), "the priority is 9"),
        (Case(priority: 1, text: ""), "needs a rate"),
    ]

    @Test(arguments: refused)
    func `what RouterOS would misread is refused by naming the plan and the value`(row: Case, reason: String) {
        let error = #expect(throws: PluginError.self) { try RateLimit(row.plan) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("service \"Home\", tier normal") == true)
    }
}

extension RateLimitTests.Case {
    var plan: Plan {
        var plan = Plan(service: "Home", tier: "normal", tierPosition: 0)
        plan.up = up
        plan.down = down
        plan.priority = priority
        return plan
    }
}

func profile(
    _ rate: String, burst: String? = nil, threshold: String? = nil, seconds: UInt32? = nil, minimum: String? = nil
) -> RateProfile {
    var profile = RateProfile(Rate(rate) ?? Rate(bitsPerSecond: 0))
    profile.burst = burst.flatMap { Rate($0) }
    profile.burstThreshold = threshold.flatMap { Rate($0) }
    profile.burstSeconds = seconds
    profile.minimum = minimum.flatMap { Rate($0) }
    return profile
}
