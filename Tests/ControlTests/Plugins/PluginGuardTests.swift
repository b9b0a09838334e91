import HTTP
import PluginAPI
import Testing

@testable import Control
@testable import Store

/// What keeps a plugin from harming others; pure, or without a database.
struct PluginGuardTests {
    @Test(arguments: [
        "drop table vouchers", "commit", "set search_path = public", "select * from public.subscribers",
        "select * from \"public\" . subscribers", "with x as (select 1) select * from PUBLIC.operators",
        "insert into pg_temp.x values (1)", "", "/* select */ truncate vouchers", "select * from freeradius.nas",
    ])
    func `a statement that leaves the plugin's own tables is refused`(sql: String) {
        #expect(PluginSQL.fault(sql) != nil)
    }

    @Test(arguments: [
        "select count(*) from vouchers", "  INSERT into vouchers values ($1)", "update x set a = 1",
        "with gone as (delete from a returning 1) select * from gone",
    ])
    func `a statement on its own tables is not`(sql: String) {
        #expect(PluginSQL.fault(sql) == nil)
    }

    @Test func `a plugin's schema is named after it`() {
        #expect(PluginSQL.schema("public-ip") == "plugin_public_ip")
    }

    // MARK: The breaker

    private let limits = PluginBreaker.Limits(atOnce: 2, patience: 3, pauseSeconds: 60)

    @Test func `calls that never end fill the plugin's places and no more`() {
        var breaker = PluginBreaker()
        #expect(breaker.enter(now: 0, limits) == nil)
        #expect(breaker.enter(now: 0, limits) == nil)
        #expect(breaker.enter(now: 0, limits) == .busy)
        breaker.isLate(now: 30, limits)
        #expect(breaker.enter(now: 31, limits) == .busy)
        breaker.leave(inTime: false)
        #expect(breaker.enter(now: 32, limits) == nil)
    }

    @Test func `three late ones in a row pause it, then one call tries`() {
        var breaker = PluginBreaker()
        for time in [0.0, 30, 60] {
            #expect(breaker.enter(now: time, limits) == nil)
            breaker.isLate(now: time + 30, limits)
            breaker.leave(inTime: false)
        }
        #expect(breaker.enter(now: 100, limits) == .paused(50))
        #expect(breaker.enter(now: 150, limits) == nil)
        #expect(breaker.enter(now: 150, limits) == .paused(60))
        breaker.leave(inTime: true)
        #expect(breaker.enter(now: 151, limits) == nil)
        #expect(breaker.enter(now: 151, limits) == nil)
    }

    @Test func `one that is in time ends the row`() {
        var breaker = PluginBreaker()
        for round in 0..<9 {
            #expect(breaker.enter(now: Double(round), limits) == nil)
            if round % 3 != 2 { breaker.isLate(now: Double(round), limits) }
            breaker.leave(inTime: round % 3 == 2)
        }
        #expect(breaker.enter(now: 9, limits) == nil)
    }

    // MARK: Calls

    private func status(_ body: () throws -> Void) -> String {
        do { try body() } catch let problem as Problem { return "\(problem.status) \(problem.code)" } catch {
            return "\(error)"
        }
        return "done"
    }

    @Test func `a plugin that keeps its thread is late, then busy, and another one is not`() {
        let patience = Patience()
        let calls = PluginCalls(limits: PluginBreaker.Limits(), now: { 0 }, wait: patience.wait)
        patience.end()
        let gate = Gate()
        // Blocks a thread for good, as careless code does; it must not be one that others need.
        let hang: @Sendable () async throws -> Void = { gate.wait() }
        #expect(status { try calls.call("bad", hang) } == "503 plugin_late")
        #expect(status { try calls.call("bad", hang) } == "503 plugin_late")
        #expect(status { try calls.call("bad", hang) } == "503 plugin_busy")
        patience.begin()
        #expect(status { try calls.call("good") {} } == "done")
        gate.open()
        calls.stop()
    }

    @Test func `what a plugin throws is thrown`() {
        let calls = PluginCalls(deadlineSeconds: 10)
        #expect(status { try calls.call("x") { throw PluginError("no") } } == "no")
        #expect((try? calls.call("x") { 7 }) == 7)
        calls.stop()
    }

    @Test func `work that does not end when asked is left to itself`() {
        let patience = Patience()
        patience.end()
        let calls = PluginCalls(
            deadlineSeconds: 30, limits: PluginBreaker.Limits(), now: { patience.seconds }, wait: patience.wait)
        let gate = Gate()
        #expect(throws: JobError.cancelled) { try calls.work("bad", { gate.wait() }, shouldStop: { true }) }
        // Not before it had its half minute.
        #expect(patience.seconds == 31)
        gate.open()
        calls.stop()
    }

    // MARK: Settings and events

    @Test func `settings keep their values between JSON and text`() throws {
        #expect(try SettingText.text(.null, "a") == nil)
        #expect(try SettingText.text(.list([.text("a"), .text("b")]), "a") == "a, b")
        #expect(SettingText.value("a, b", .list(.text)) == .list([.text("a"), .text("b")]))
        #expect(SettingText.value("on", .bool) == .bool(true))
        #expect(SettingText.value("", .optional(.integer)) == .null)
        #expect(throws: FieldErrors.self) { try SettingText.text(.list([.text("a,b")]), "a") }
        #expect(throws: FieldErrors.self) { try SettingText.text(.object([:]), "a") }
    }

    @Test func `of the feed a plugin hears its topics, and that the feed has been cut`() {
        let changes = [
            ChangeFeed.Change(topic: "subscribers", key: 7), ChangeFeed.Change(topic: "services", key: 1),
            ChangeFeed.Change(topic: "jobs", key: 2),
        ]
        #expect(
            PluginHearing.events(.changes(changes), ["subscriber.changed"]) == [
                PluginEvent("subscriber.changed", key: 7)
            ])
        #expect(PluginHearing.events(.reload, []) == [PluginEvent("reload", key: 0)])
    }
}
