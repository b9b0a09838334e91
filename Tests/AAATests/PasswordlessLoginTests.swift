@testable import AAA
import Dictionary
import PluginAPI
import RADIUS
import Testing

@Suite struct PasswordlessLoginTests {
    private func bench(nas: Bool, subscriber: Bool) -> Bench {
        Bench {
            $0.nas[1]?.allowsMACLogin = nas
            $0.nas[1]?.allowsLineLogin = nas
            $0.put(
                makeSubscriber {
                    $0.credential = .none
                    $0.isPasswordless = subscriber
                    $0.mac = macA
                    $0.lineID = "line 1"
                })
        }
    }

    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func `a login by MAC is taken only where NAS and subscriber both allow it`(_ nas: Bool, _ subscriber: Bool) throws {
        let bench = bench(nas: nas, subscriber: subscriber)
        #expect(try bench.login(macA.description, "").isAccept == (nas && subscriber))
        #expect(try bench.login(macA.description, "shared", mac: nil).isAccept == (nas && subscriber))
        #expect(try bench.login("", "", by: .none).isAccept == (nas && subscriber))
    }

    @Test(arguments: [(true, true), (true, false), (false, true)])
    func `a login by line is taken only where NAS and subscriber both allow it`(_ nas: Bool, _ subscriber: Bool) throws
    {
        let answer = try bench(nas: nas, subscriber: subscriber).login("line 1", "shared", mac: macB) {
            $0.append(AttributeNumber.nasPortID, "line 1")
        }
        #expect(answer.isAccept == (nas && subscriber))
    }

    @Test func `the MAC of another subscriber beside a name and a password is no login by MAC`() throws {
        let bench = bench(nas: true, subscriber: true)
        bench.policy.change {
            $0.put(
                makeSubscriber {
                    $0.id = 2
                    $0.username = "bob"
                })
        }
        #expect(try bench.login("bob", "guessed").isAccept == false)
        #expect(bench.logins().map(\.subscriberID) == [2])
        #expect(try bench.login("nobody", "guessed").isAccept == false)
        #expect(bench.logins().last?.reason == .unknownUser)
    }

    @Test func `a subscriber whose name is a MAC and who has a password must give it`() throws {
        let bench = Bench {
            $0.nas[1]?.allowsMACLogin = true
            $0.put(makeSubscriber { $0.username = macA.description })
        }
        #expect(try bench.login(macA.description, "").isAccept == false)
        #expect(try bench.login(macA.description).isAccept)
    }

    @Test func `the first login's MAC is learned and then binds`() throws {
        let bench = Bench { $0.subscribers[1]?.macBinding = .learn }
        #expect(try bench.login("ann", "guessed", mac: macB).isAccept == false)
        #expect(bench.noted.all.learned.isEmpty)
        #expect(try bench.login(mac: macA).isAccept)
        #expect(bench.noted.all.learned == [1: macA])
        #expect(try bench.login(mac: macB).isAccept == false)
        #expect(bench.logins().last?.reason == .macMismatch)
        #expect(try bench.login(mac: macA).isAccept)
    }
}
