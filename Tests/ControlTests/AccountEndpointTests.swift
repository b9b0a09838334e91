import HTTP
import PluginAPI
import Store
import Testing

@testable import Control

/// Sessions and tokens over the API, and what is given down the tree.
@Suite struct AccountEndpointTests {
    private let desk: APIDesk

    init() throws {
        desk = try APIDesk()
        try desk.connection.execute(
            """
            insert into operators (id, username, password_scrypt, must_change) values (1, 'ann', 'x', false);
            insert into api_tokens (operator_id, name, token_hash, prefix) values (1, 't', '\\x01', 'tk_');
            insert into web_sessions (id, token_hash, kind, operator_id, expires_at) values
                (1, '\\x01', 'operator', 1, now() + interval '1 h'), (2, '\\x02', 'operator', 1, now() + interval '1 h')
            """)
    }

    private func live(_ table: String) throws -> String? {
        try desk.text("select count(*) from \(table) where revoked_at is null")
    }

    @Test(
        arguments: [
            (PluginAPI.Route.Method.delete, "/me/tokens/{id}", ["id": "1"]), (.delete, "/me/tokens", [:]),
            (.delete, "/me/sessions", [:]), (.delete, "/me/sessions/{id}", ["id": "1"]),
            (.delete, "/me/sessions/{id}", ["id": "2"]),
        ] as [(PluginAPI.Route.Method, String, [String: String])])
    func `Who is logged in as another ends nothing of his`(
        _ method: PluginAPI.Route.Method, _ path: String, _ parameters: [String: String]
    ) throws {
        let behind = Principal(
            kind: .operator, id: 1, name: "ann", permissions: APIDesk.all, scope: .house, credential: .session(1),
            impersonator: "root")
        #expect(desk.refusal { try desk.call(method, path, parameters, as: behind) } == "403 own_session_needed")
        #expect(try live("api_tokens") == "1" && live("web_sessions") == "2")
    }

    @Test func `A token ends itself, and no other token or session of its operator, there or not`() throws {
        try desk.connection.execute(
            "insert into api_tokens (operator_id, name, token_hash, prefix) values (1, 'u', '\\x02', 'tk_')")
        let token = Principal(
            kind: .operator, id: 1, name: "ann", permissions: ["nas.view"], scope: .house, credential: .token(1))
        func end(_ path: String, _ parameters: [String: String] = [:]) -> String {
            desk.refusal { try desk.call(.delete, path, parameters, as: token) }
        }
        #expect(end("/me/tokens/{id}", ["id": "2"]) == "403 own_session_needed")
        #expect(end("/me/tokens/{id}", ["id": "99"]) == "403 own_session_needed")
        #expect(end("/me/tokens") == "403 own_session_needed")
        #expect(end("/me/sessions/{id}", ["id": "1"]) == "403 own_session_needed")
        #expect(end("/me/sessions") == "403 own_session_needed")
        #expect(try live("api_tokens") == "2" && live("web_sessions") == "2")
        #expect(end("/me/tokens/{id}", ["id": "1"]) == "taken")
        #expect(try desk.text("select string_agg(id::text, ' ') from api_tokens where revoked_at is null") == "2")
    }

    @Test func `Who is signed in himself ends one of his tokens, or sessions, and nobody else's`() throws {
        func end(_ path: String, _ id: Int) -> String {
            desk.refusal { try desk.call(.delete, path, ["id": "\(id)"]) }
        }
        #expect(end("/me/tokens/{id}", 99) == "404 not_found" && end("/me/sessions/{id}", 99) == "404 not_found")
        #expect(end("/me/tokens/{id}", 1) == "taken" && end("/me/sessions/{id}", 2) == "taken")
        #expect(try live("api_tokens") == "0" && live("web_sessions") == "1")
    }

    @Test func `All tokens, and all sessions but the one that asks, end at once`() throws {
        try desk.call(.delete, "/me/tokens")
        #expect(try live("api_tokens") == "0")
        try desk.call(.delete, "/me/sessions")
        #expect(try desk.text("select string_agg(id::text, ' ') from web_sessions where revoked_at is null") == "1")
    }

    @Test func `A service is not given past the reseller between; what one loses those below lose, but not his own`()
        throws
    {
        try desk.connection.execute(
            """
            insert into resellers (id, name, parent_id, path) values (5, 'r', null, '5/'), (6, 's', 5, '5/6/');
            insert into services (id, name, reseller_id) values (1, 'house''s', null), (2, 'r''s', 5), (3, 'own', 6)
            """)
        func give(_ reseller: Int, _ services: [Int]) -> String {
            desk.refusal {
                try desk.call(
                    .put, "/resellers/{id}/services", ["id": "\(reseller)"], body: "{\"ids\":\(services)}")
            }
        }
        #expect(give(6, [1]) == "409 beyond_parent")
        #expect(give(5, [1]) == "taken")
        #expect(give(6, [1, 2, 3]) == "taken")
        #expect(give(5, []) == "taken")
        #expect(
            try desk.text("select string_agg(service_id::text, ' ' order by service_id) from reseller_services")
                == "2 3")
    }
}
