import HTTP
import PluginAPI
import Testing

@testable import Control

@Suite struct ExportTests {
    private static func person(_ id: Int64) -> Principal {
        Principal(
            kind: .operator, id: id, name: "p\(id)", permissions: APIDesk.all, scope: .house, credential: .token(id))
    }

    @Test func `a second export of one person is 429 with Retry-After, another's is not, and an end frees the place`()
        throws
    {
        let desk = try APIDesk()
        // Not sent, and so not ended: the answer holds the place.
        var held: Answer? = try desk.call(.get, "/subscribers.csv", as: ExportTests.person(1))
        #expect(held?.response?.stream != nil)
        let refusal = #expect(throws: Problem.self) {
            try desk.call(.get, "/services.csv", as: ExportTests.person(1))
        }
        #expect(refusal?.status == 429 && refusal?.code == "export_running")
        #expect(refusal?.headers.contains { $0.name == "Retry-After" } == true)
        #expect(try desk.call(.get, "/subscribers.csv", as: ExportTests.person(2)).response?.stream != nil)
        held = nil
        #expect(try desk.call(.get, "/subscribers.csv", as: ExportTests.person(1)).response?.stream != nil)
    }
}
