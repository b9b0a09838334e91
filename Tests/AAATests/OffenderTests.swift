@testable import AAA
import PluginAPI
import Testing

@Suite struct OffenderTests {
    private func refuse(
        _ guarded: LoginGuard, _ name: String, mac: UInt64 = 0, nasID: Int64 = 1, _ reason: RejectReason = .expired,
        at seconds: Int
    ) {
        name.withBytes {
            let subject = LoginSubject(user: LoginGuard.hash($0), mac: mac, nasID: nasID)
            guarded.refused(subject, reason, version: 1, proof: 0, now: UInt64(seconds) * 1000, name: $0)
        }
    }

    @Test func `offenders are told by name, device and router, most refused first, with what was said last`() {
        let guarded = LoginGuard(subjects: 1024, offenders: 512)
        for second in 1...5 { refuse(guarded, "ann", mac: 10, at: second) }
        refuse(guarded, "bob", at: 3)
        refuse(guarded, "ann", mac: 10, .disabled, at: 9)
        let top = guarded.offenders(top: 10, now: 10_000)
        #expect(top.map(\.name) == ["ann", "bob"])
        #expect(top[0].mac == MACAddress(bits: 10) && top[1].mac == nil)
        #expect(top[0].reason == .disabled && top[0].count == 6 && top[0].uncertain == 0)
        #expect(top[0].first == 1000 && top[0].last == 9000)
        #expect(guarded.offenders(top: 1, now: 10_000).count == 1)
        #expect(guarded.offenders(top: 0, now: 10_000).isEmpty)
    }

    @Test func `refusals that were repeated without looking count too`() {
        let guarded = LoginGuard(subjects: 1024, offenders: 512)
        for second in 1...3 { refuse(guarded, "ann", at: second) }
        "ann".withBytes {
            let subject = LoginSubject(user: LoginGuard.hash($0), mac: 0, nasID: 1)
            for _ in 0..<20 { #expect(guarded.repeated(subject, version: 1, proof: 0, now: 4000) == .expired) }
        }
        #expect(guarded.offenders(top: 1, now: 5000).first?.count == 23)
    }

    @Test func `what is older than an hour is forgotten, and only that`() {
        let guarded = LoginGuard(subjects: 1024, offenders: 512)
        for second in 1...7 { refuse(guarded, "ann", at: second) }
        refuse(guarded, "ann", at: 3000)
        #expect(guarded.offenders(top: 1, now: 3_500_000).first?.count == 8)
        #expect(guarded.offenders(top: 1, now: 4_000_000).first?.count == 1)
        #expect(guarded.offenders(top: 1, now: 8_000_000).isEmpty)
        refuse(guarded, "ann", at: 9000)
        #expect(guarded.offenders(top: 1, now: 9_000_000).first?.first == 9_000_000)
    }

    @Test func `a long name is kept to its first 64 bytes`() {
        let guarded = LoginGuard(subjects: 1024, offenders: 512)
        refuse(guarded, String(repeating: "n", count: 200), at: 1)
        #expect(guarded.offenders(top: 1, now: 2000).first?.name == String(repeating: "n", count: 64))
    }

    @Test func `among far more than there is room for, the worst are found, and no count is too high unsaid`() {
        let guarded = LoginGuard(subjects: 1024, offenders: 512)
        var real: [String: UInt64] = [:]
        var random = SeededRandom(5)
        for step in 0..<60_000 {
            // One in four refusals is of ten heavy ones, the others of 20,000.
            let name = random.next() % 4 == 0 ? "heavy\(random.next() % 10)" : "light\(random.next() % 20_000)"
            real[name, default: 0] += 1
            refuse(guarded, name, at: 1 + step / 100)
        }
        let top = guarded.offenders(top: 10, now: 601_000)
        #expect(Set(top.map(\.name)) == Set((0..<10).map { "heavy\($0)" }))
        for offender in guarded.offenders(top: 512, now: 601_000) {
            let count = real[offender.name] ?? 0
            #expect(offender.count <= count && count <= offender.count + offender.uncertain)
        }
    }

    @Test func `several threads at once lose nothing`() {
        let guarded = LoginGuard(subjects: 4096, offenders: 512)
        let threads = (UInt64(0)..<8).map { worker in
            WorkerThread("refusals \(worker)") {
                for round in 0..<5000 {
                    OffenderTests().refuse(guarded, "shared\(round % 5)", at: 1)
                    let own = LoginSubject(user: worker << 20 | 7, mac: UInt64(round), nasID: 1)
                    #expect(guarded.repeated(own, version: 1, proof: 0, now: 1000) == nil)
                    #expect(guarded.mayGuess(user: own.user, nasID: 1, now: 1000))
                    guarded.accepted(own, now: 1000)
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(guarded.offenders(top: 5, now: 2000).map(\.count) == [UInt64](repeating: 8000, count: 5))
    }
}
