@testable import AAA
import Glibc
import PluginAPI
import RADIUS
import Store
import Support
import Testing

@Suite struct EmergencyTests {
    @Test(arguments: [
        "", "password", "expiry,", "expiry,expiry", "Expiry", "all", "expiry mac", "active", "expiry,password",
    ])
    func `nothing but expiry, mac and limit can be left out`(_ text: String) {
        #expect(EmergencySkip.Words(text: text) == nil)
    }

    @Test func `words are read in any order and written in one`() {
        #expect(EmergencySkip.Words(text: "limit,expiry")?.text == "expiry,limit")
        #expect(EmergencySkip.Words(text: "mac") == .mac)
        #expect(EmergencySkip.Words(rawValue: 255).list == ["expiry", "mac", "limit"])
    }

    @Test func `it ends by itself, in its last second`() {
        let skip = EmergencySkip(words: [.expiry], until: noon + 10)
        #expect(skip.active(now: noon + 9) == .expiry)
        #expect(skip.active(now: noon + 10) == [])
    }

    // MARK: Checks

    /// A login that three checks refuse.
    private let refused = makeLogin {
        $0.subscriber?.expiry = noon - 1
        $0.subscriber?.macBinding = .bound
        $0.subscriber?.mac = macB
        $0.subscriber?.sessionLimit = 1
        $0.count(makeMark(1) { $0.mac = nil })
    }

    @Test func `each word leaves out its own check and no other`() {
        var login = refused
        #expect(LoginChecks.refusal(login) == .expired)
        login.skips = [.expiry]
        #expect(LoginChecks.refusal(login) == .macMismatch)
        login.skips = [.expiry, .mac]
        #expect(LoginChecks.refusal(login) == .sessionLimit)
        login.skips = [.expiry, .mac, .limit]
        #expect(LoginChecks.refusal(login) == nil)
    }

    @Test func `a wrong password, a disabled account and a failed check are refused in any emergency`() {
        let all: EmergencySkip.Words = [.expiry, .mac, .limit]
        #expect(
            LoginChecks.refusal(
                makeLogin {
                    $0.skips = all; $0.password = .wrong(method: "PAP")
                }) == .wrongPassword)
        #expect(
            LoginChecks.refusal(
                makeLogin {
                    $0.skips = all; $0.subscriber?.isActive = false
                }) == .disabled)
        #expect(
            LoginChecks.refusal(
                makeLogin {
                    $0.skips = all; $0.subscriber = nil
                }) == .unknownUser)
        let check = makeCheck("NAS-Port", .equal, "1")
        #expect(
            LoginChecks.refusal(
                makeLogin {
                    $0.skips = all; $0.nas.checks = [check]
                }) == .checkFailed)
    }

    @Test func `only a login that needed it is marked, with what it needed`() {
        var login = refused
        login.skips = [.expiry, .mac, .limit]
        #expect(login.emergencyMark == "emergency: expiry, mac, limit skipped")
        login.subscriber?.macBinding = .off
        #expect(login.emergencyMark == "emergency: expiry, limit skipped")
        #expect(makeLogin { $0.skips = [.expiry, .mac, .limit] }.emergencyMark == "")
        #expect(refused.emergencyMark == "")
        #expect(ExpiryCheck.inputs(login).hasSuffix("(not asked: emergency)"))
    }

    @Test func `an expired subscriber is let in, marked in the log and counted; a wrong password is not`() throws {
        let emergency = EmergencySwitch()
        emergency.set(EmergencySkip(words: [.expiry], until: noon + 60))
        let bench = Bench(emergency: emergency)
        bench.policy.change { $0.subscribers[1]?.expiry = noon - 1 }
        #expect(try bench.login(by: .pap).isAccept)
        #expect(bench.details().last == "emergency: expiry skipped")
        #expect(bench.watched.counters.value("emergency_accepts", nas: "bng", "expiry") == 1)
        #expect(try !bench.login("ann", "guessed", by: .pap).isAccept)
        emergency.set(.none)
        #expect(try !bench.login(by: .pap).isAccept)
    }

    @Test func `what the database says for all nodes counts like the switch of this one`() throws {
        let bench = Bench()
        bench.policy.change {
            $0.subscribers[1]?.expiry = noon - 1
            $0.preferences.emergency = EmergencySkip(words: [.expiry], until: noon + 60)
        }
        #expect(try bench.login(by: .pap).isAccept)
        bench.policy.change { $0.preferences.emergency.until = noon }
        #expect(try !bench.login(by: .pap).isAccept)
    }

    // MARK: The log

    @Test func `the log says it at its beginning, its change and its end, and every ten minutes`() {
        var watch = EmergencyWatch()
        let skip = EmergencySkip(words: [.expiry], until: noon + 3600)
        #expect(watch.look([.none], now: noon) == nil)
        let first = watch.look([skip], now: noon)
        #expect(first == "EMERGENCY: not checked are expiry, until 2026-11-21T06:00:00Z")
        #expect(watch.look([skip], now: noon + 599) == nil)
        #expect(watch.look([skip], now: noon + 600) == first)
        #expect(watch.look([skip, EmergencySkip(words: [.mac], until: noon + 700)], now: noon + 601) != nil)
        #expect(watch.look([skip], now: noon + 700) == first)
        #expect(watch.look([skip], now: noon + 3600) == "the emergency is over: every check is made again")
        #expect(watch.look([skip], now: noon + 3601) == nil)
    }

    // MARK: At one node, without the database

    @Test func `one that was switched on at this node is on again after a restart, until it ends`() throws {
        let scratch = ScratchFolder()
        let desk = EmergencyDesk(folder: scratch.path) { Issue.record("\($0)") }
        #expect(try desk.start([.expiry, .mac], seconds: 60, actor: "os:ann\nroot", now: noon) == noon + 60)
        let again = EmergencyDesk(folder: scratch.path) { Issue.record("\($0)") }
        #expect(again.local.active(.none, now: noon + 59) == [.expiry, .mac])
        #expect(again.local.active(.none, now: noon + 60) == [])
        #expect(again.waiting(now: noon).map(\.actor) == ["os:ann root"])
        #expect(try again.end(actor: "os:bob", now: noon + 5))
        #expect(try !again.end(actor: "os:bob", now: noon + 6))
        let third = EmergencyDesk(folder: scratch.path) { Issue.record("\($0)") }
        #expect(third.local.active(.none, now: noon + 6) == [])
        let waiting = third.waiting(now: noon + 6)
        #expect(waiting.map(\.endedBy) == ["os:bob"])
        try third.noted(waiting, now: noon + 6)
        #expect(third.waiting(now: noon + 6).isEmpty)
        #expect(access(scratch.path + "/emergency", F_OK) != 0)
    }

    @Test(arguments: [
        "", "rubbish", "tollkeeper-emergency 1\nskip password\nstarted 1\nuntil 2\nby x\n",
        "tollkeeper-emergency 1\nskip mac\nstarted 1\nuntil 900000\nby x\n",
        "tollkeeper-emergency 1\nskip mac\nstarted 5\nuntil 2\nby x\n", "tollkeeper-emergency 1\n",
        "tollkeeper-emergency 1\n \n",
        "tollkeeper-emergency 1\nskip mac\nstarted 9223372036854775807\nuntil 2\nby x\n",
    ])
    func `a file that is damaged, or promises more than is allowed, switches nothing on`(_ text: String) {
        let scratch = ScratchFolder()
        scratch.write(text, to: "emergency")
        var problems = 0
        let desk = EmergencyDesk(folder: scratch.path) { _ in problems += 1 }
        #expect(desk.local.current.words == [])
        #expect(problems == (text.isEmpty ? 0 : 1))
    }

    @Test func `one that can't be kept is not switched on`() {
        let desk = EmergencyDesk(folder: "/nowhere") { Issue.record("\($0)") }
        let answer = desk.answer(.on([.mac], seconds: 9, actor: "x"), everywhere: .none, now: noon)
        #expect(answer.first?.hasPrefix("error\t") == true)
        #expect(desk.local.current.words == [])
    }

    @Test(arguments: [
        "emergency", "emergency\ton", "emergency\ton\tpassword\t60\tx", "emergency\ton\tmac\t86401\tx",
        "emergency\ton\tmac\t0\tx", "emergency\ton\tmac\t-5\tx", "emergency\toff", "emergencies\tstatus",
    ])
    func `a question of another shape is none`(_ line: String) { #expect(EmergencyQuestion(line: line) == nil) }

    @Test(arguments: [
        EmergencyQuestion.status, .off(actor: "os:ann (as root)"), .on([.expiry, .limit], seconds: 86_400, actor: "x"),
    ])
    func `a question is read as it was written`(_ question: EmergencyQuestion) {
        #expect(EmergencyQuestion(line: question.line) == question)
    }

    @Test func `the status names both, and what is over is none`() throws {
        let scratch = ScratchFolder()
        let desk = EmergencyDesk(folder: scratch.path) { Issue.record("\($0)") }
        let everywhere = EmergencySkip(words: [.expiry], until: noon + 5)
        #expect(desk.answer(.on([.mac], seconds: 9, actor: "x"), everywhere: .none, now: noon) == ["ok\t\(noon + 9)"])
        #expect(
            desk.answer(.status, everywhere: everywhere, now: noon)
                == ["ok", "everywhere\texpiry\t\(noon + 5)", "here\tmac\t\(noon + 9)"])
        #expect(desk.answer(.status, everywhere: everywhere, now: noon + 9) == ["ok"])
        #expect(desk.answer(.off(actor: "x"), everywhere: .none, now: noon + 9) == ["ok\twas off"])
    }
}
