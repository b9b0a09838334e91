@testable import Control
import HTTP
import PluginAPI
import Testing

/// What the list of endpoints says of itself.
@Suite struct APIDeclarationTests {
    private let endpoints: [Endpoint]

    init() throws { endpoints = AllEndpoints.list(try APIDesk().house) }

    @Test func `Every endpoint is there once`() {
        let names = endpoints.map { "\($0.method.rawValue) \($0.path)" }
        #expect(names.count > 100)
        #expect(Set(names).count == names.count)
        #expect(Set(endpoints.map(\.name)).count == names.count, "two operations of one name")
    }

    @Test func `Every permission that is asked for is in the catalogue`() {
        let known = Set(PermissionCatalogue.core.all.map(\.name))
        for endpoint in endpoints {
            if let permission = endpoint.access.permission { #expect(known.contains(permission), "\(endpoint.path)") }
        }
    }

    @Test func `Whatever anybody may call is about signing in`() {
        let open = endpoints.filter { $0.access == .open }.map(\.path)
        #expect(open.sorted() == ["/portal/session", "/session", "/setup"])
    }

    @Test func `Who must change his password first gets to that, to himself and out`() {
        let allowed = endpoints.filter(\.isBeforePassword).map { "\($0.method.rawValue) \($0.path)" }
        #expect(allowed.sorted() == ["DELETE /session", "GET /me", "PUT /me/password"])
    }

    @Test func `A change of a record that has a version asks for it`() {
        for kind in [
            "/subscribers/{id}", "/services/{id}", "/nas/{id}", "/operators/{id}", "/roles/{id}", "/resellers/{id}",
        ] {
            for endpoint in endpoints where endpoint.path == kind && endpoint.method != .get {
                #expect(endpoint.needsVersion, "\(endpoint.method) \(kind)")
            }
        }
    }

    @Test func `No secret is ever an output`() {
        let secrets = [
            "password_sealed", "secret_sealed", "previous_secret_sealed", "api_password_sealed", "totp_sealed",
        ]
        let document = OpenAPI.document(endpoints, version: "test").text
        for secret in secrets { #expect(!document.contains(secret)) }
    }

    @Test func `The document is JSON that reads back`() throws {
        let text = OpenAPI.document(endpoints, version: "test").text
        guard case .object(let members) = try JSONReader.read(Array(text.utf8)),
            case .object(let paths) = members["paths"]
        else { return #expect(Bool(false), "no paths") }
        #expect(Set(paths.keys) == Set(endpoints.map(\.path)))
    }

    @Test func `TypeScript has an interface for each operation`() {
        let text = TypeScript.text(endpoints)
        for endpoint in endpoints { #expect(text.contains("path: \"/api/v1\(endpoint.path)\"")) }
    }
}
