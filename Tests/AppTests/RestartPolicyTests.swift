import Testing

@testable import App

@Suite
struct RestartPolicyTests {
    @Test func `a process is started again at once, then later and later, up to ten seconds`() {
        var policy = RestartPolicy()
        let decisions = (0..<10).map { _ in policy.fell(after: .seconds(1)) }
        #expect(
            decisions.map(\.delay) == [
                .zero, .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800),
                .milliseconds(1600), .milliseconds(3200), .milliseconds(6400), .seconds(10), .seconds(10),
            ])
        #expect(decisions.map(\.isCrashLoop) == Array(repeating: false, count: 4) + Array(repeating: true, count: 6))
    }

    @Test func `one that stood for a minute begins anew`() {
        var policy = RestartPolicy()
        for _ in 0..<6 { _ = policy.fell(after: .zero) }
        #expect(policy.fell(after: .seconds(60)) == .init(delay: .zero, isCrashLoop: false))
    }

    @Test func `good ends soon after the start are no falls three times in a row, and a good end later never is one`() {
        var policy = RestartPolicy()
        #expect((0..<5).map { _ in policy.maySimplyStart(after: .seconds(4)) } == [true, true, true, false, false])
        #expect((0..<9).allSatisfy { _ in policy.maySimplyStart(after: .seconds(5)) })
        #expect((0..<4).map { _ in policy.maySimplyStart(after: .zero) } == [true, true, true, false])
    }
}
