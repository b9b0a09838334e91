import PluginAPI
import Store
import Support
import Testing
import Threads

@testable import Control
@testable import HTTP

/// Who goes on to send his body.
@Suite struct AdmittingTests {
    private struct KnowsAnn: Gatekeeper {
        func known(_ credential: PresentedCredential) -> Principal? {
            Principal(
                kind: .operator, id: credential.text == "ann" ? 1 : 2, name: credential.text, permissions: [],
                scope: .house, credential: .token(1))
        }
        func look(_ credential: PresentedCredential, from address: String, _ connection: Store.Connection) -> Principal?
        {
            nil
        }
    }

    private struct LetsAll: Throttle {
        func take(_ endpoint: Endpoint, client: String, caller: Principal?) -> ThrottleVerdict {
            ThrottleVerdict(isAllowed: true, limit: 1, remaining: 1, reset: 1)
        }
    }

    private let admitting: Admitting

    init() throws {
        let database = try TestDatabase()
        admitting = Admitting(
            endpoint: Endpoint(.post, "/import", .anyone, "Import") { _ in .none }.text("text/csv", limit: 64 << 20),
            gatekeeper: KnowsAnn(), throttle: LetsAll(),
            workers: Workers("none", database.settings, threads: 0, limit: 0), uploads: AccountPlaces(limit: 1),
            onError: { _, _ in })
    }

    /// The context that comes along; or the refusal's status and code.
    private func ask(_ name: String, _ length: (String, String)) -> (context: (any Sendable)?, refusal: String) {
        let verdict = Locked<Admission.Verdict?>(nil)
        let request = Request(
            method: "POST", path: "/import",
            headers: [(name: "authorization", value: "Bearer \(name)"), (name: length.0, value: length.1)])
        admitting.admit(request, Admission { given in verdict.withLock { $0 = given } })
        switch verdict.withLock({ $0 }) {
        case .pass(let context): return (context, "")
        case .refuse(let response):
            let isUpload = String(decoding: response.body, as: UTF8.self).contains("upload_running")
            let waits = response.headers.contains { $0.name == "Retry-After" }
            return (nil, "\(response.status) \(isUpload) \(waits)")
        case nil: return (nil, "nothing")
        }
    }

    @Test func `one long upload at a time for each account; short ones go beside it; its end frees the place`() {
        let long = ("content-length", "\(2 << 20)")
        var first: (context: (any Sendable)?, refusal: String)? = ask("ann", long)
        #expect(first?.context != nil)
        #expect(ask("ann", long).refusal == "429 true true")
        #expect(ask("ann", ("transfer-encoding", "chunked")).refusal == "429 true true")
        #expect(ask("ann", ("content-length", "\(1 << 20)")).refusal == "")
        #expect(ask("bob", long).refusal == "")
        // The server lets go of the context when the request is done.
        first = nil
        #expect(first == nil && ask("ann", long).refusal == "")
    }
}
