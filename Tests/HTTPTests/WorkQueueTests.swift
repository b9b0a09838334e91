import Testing
import Threads

@testable import HTTP

@Suite(.timeLimit(.minutes(1)))
struct WorkQueueTests {
    @Test func `a route that waits holds up nobody; when too many wait, further ones are told to come again`() throws {
        let (entered, gate, answered) = (Signal(), Signal(), Signal())
        let queue = WorkQueue("test queue", limit: 1)
        let route = queue.get("/slow") { _ in
            entered.give()
            _ = gate.wait(milliseconds: 10_000)
            return .text("slow")
        }
        let answers = Locked(0)
        let ask = {
            let reply = Reply { response in
                answers.withLock { $0 += response.status == 200 ? 1 : 0 }
                answered.give()
            }
            do {
                try route.handle(Request(method: "GET", path: "/slow"), reply)
            } catch {
                // As the server does.
                reply.send(Problem(503, "busy", "").response)
                throw error
            }
        }
        try ask()
        #expect(entered.wait(milliseconds: 10_000))
        try ask()
        #expect(throws: Problem.self) { try ask() }
        #expect(answered.wait(milliseconds: 10_000))
        #expect(answers.withLock { $0 } == 0)
        for _ in 0..<2 {
            gate.give()
            #expect(answered.wait(milliseconds: 10_000))
        }
        #expect(answers.withLock { $0 } == 2)
    }
}
