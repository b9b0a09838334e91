import HTTP
import PluginAPI
import Store
import Testing

@testable import Control

/// How often one account is tried, over the API.
@Suite struct SignInLimitTests {
    @Test func `Setting the machine's clock gives nobody more guesses`() throws {
        let desk = try APIDesk()
        func guess() -> String {
            desk.refusal { try desk.call(.post, "/session", body: #"{"username":"root","password":"wrong"}"#) }
        }
        for _ in 0..<RateLimit.signInAccount.most {
            #expect(["401 wrong_credentials", "429 locked"].contains(guess()))
        }
        #expect(guess() == "429 too_many_requests")
        desk.clock.advance(seconds: 7200)
        #expect(guess() == "429 too_many_requests")
        desk.clock.advance(seconds: -14_400)
        // As many as come back in so long, however the other clock went.
        desk.steadyClock.advance(seconds: 6)
        #expect(guess() != "429 too_many_requests")
        #expect(guess() == "429 too_many_requests")
    }
}
