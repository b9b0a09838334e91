import HTTP
import Store
import Support

@testable import Control

/// A small network with resellers: 1 with 11 and 12 below him, 111 below 11, and 2 beside; rows of the house between.
struct ListFixture {
    let connection: Connection

    static let house = Scope.house
    static let north = Scope(resellerID: 1, path: "1/")
    static let eleven = Scope(resellerID: 11, path: "1/11/")
    static let south = Scope(resellerID: 2, path: "2/")
    static let scopes = [house, north, eleven, south]

    init(subscribers: Int = 400) throws {
        connection = try TestDatabase().connect()
        try connection.execute(
            """
            ALTER TABLE operators ADD COLUMN IF NOT EXISTS reseller_id bigint REFERENCES resellers;
            INSERT INTO resellers (id, name, parent_id, path) VALUES
              (1, 'North', NULL, '1/'), (2, 'South', NULL, '2/'), (11, 'North-East', 1, '1/11/'),
              (12, 'North-West', 1, '1/12/'), (111, 'Harbour', 11, '1/11/111/');
            INSERT INTO nas_devices (id, name, ip, secret_sealed, api_password_sealed, last_seen)
              SELECT n, 'nas' || n, ('10.0.0.' || n)::inet, 'sealed', 'sealed',
                     CASE WHEN n % 3 > 0 THEN now() - n * interval '10 minutes' END
                FROM generate_series(1, 9) n;
            INSERT INTO reseller_nas (reseller_id, nas_id) VALUES (1, 1), (1, 2), (11, 2), (2, 3);
            INSERT INTO services (id, name, reseller_id) VALUES
              (1, 'house', NULL), (2, 'given', NULL), (3, 'northern', 1), (4, 'eastern', 11), (5, 'southern', 2);
            INSERT INTO reseller_services (reseller_id, service_id) VALUES (1, 2), (2, 2);
            INSERT INTO service_tiers (service_id, position, name, down_bps) VALUES (1, 0, 'normal', 20000000);
            INSERT INTO operators (username, password_scrypt, reseller_id) VALUES
              ('admin', '', NULL), ('n', '', 1), ('ne', '', 11), ('s', '', 2);
            INSERT INTO subscribers (username, full_name, email, service_id, is_active, expiry_date, created_at, reseller_id)
              SELECT 'user' || lpad((n * 7919 % 100000)::text, 5, '0'), 'Person ' || n, 'p' || n || '@example.net',
                     1 + n % 5, n % 4 > 0, CASE WHEN n % 3 > 0 THEN now() + (n % 7 - 3) * interval '1 day' END,
                     now() - (n % 5) * interval '1 day', (ARRAY[NULL, 1, 2, 11, 12, 111])[1 + n % 6]
                FROM generate_series(1, \(subscribers)) n;
            UPDATE subscribers SET deleted_at = now() WHERE id % 17 = 0;
            """)
        try sessions(subscribers)
    }

    private func sessions(_ count: Int) throws {
        let columns =
            "session_key, username, subscriber_id, nas_id, acct_session_id, framed_ip, started_at, reseller_path"
        try connection.execute(
            """
            INSERT INTO sessions_live (\(columns), state, stopped_at)
              SELECT decode(md5('live' || s.id), 'hex'), s.username, s.id, 1 + s.id % 3, 'a' || s.id % 50,
                     ('100.64.0.0'::inet + s.id), CASE WHEN s.id % 5 > 0 THEN now() - s.id % 9 * interval '1 hour' END,
                     s.reseller_path, (ARRAY['live', 'suspect', 'closed'])[1 + s.id / 6 % 3],
                     CASE WHEN s.id / 6 % 3 = 2 THEN now() END
                FROM subscribers s;
            INSERT INTO sessions_closed (\(columns), state, stopped_at)
              SELECT decode(md5('closed' || n || '.' || s.id), 'hex'), s.username, s.id, 1 + (s.id + n) % 3, 'c' || s.id,
                     ('100.64.0.0'::inet + s.id), now() - n * interval '20 days' - interval '1 hour', s.reseller_path,
                     'closed', date_trunc('day', now()) - n * interval '20 days' + s.id % 3 * interval '1 hour'
                FROM subscribers s, generate_series(1, 3) n;
            INSERT INTO radius_logs (at, username, subscriber_id, nas_id, outcome, reason)
              SELECT now() - (s.id % 40) * interval '1 hour', s.username, s.id, 1 + s.id % 3,
                     CASE WHEN s.id % 4 = 0 THEN 'reject' ELSE 'accept' END, CASE WHEN s.id % 4 = 0 THEN 'expired' END
                FROM subscribers s;
            INSERT INTO alarms (kind, subject, message) SELECT 'test', n::text, '' FROM generate_series(1, 30) n;
            INSERT INTO nas_unknown (source, packets) SELECT '203.0.113.0'::inet + n, n % 3 FROM generate_series(1, 30) n;
            INSERT INTO audit_log (actor, action, object_kind, object_id)
              SELECT 'operator:' || n % 3, 'set', 'nas', n % 5 FROM generate_series(1, 50) n;
            """)
    }

    func reader(_ scope: Scope, _ permissions: Set<String> = []) throws -> ListReader {
        try ListReader(connection, scope, permissions: permissions)
    }

    func page(_ spec: ListSpec, _ scope: Scope, _ pairs: [(name: String, value: String)] = []) throws -> ListPage {
        let reader = try reader(scope)
        return try reader.page(spec, try reader.query(spec, pairs))
    }

    /// Every page one way, following the cursors from an end, or from `start`.
    func walk(
        _ spec: ListSpec, _ scope: Scope, _ pairs: [(name: String, value: String)], backwardFrom start: String? = nil,
        between: (Int) throws -> Void = { _ in }
    ) throws -> [[JSON]] {
        var pages: [[JSON]] = []
        var cursor = start
        repeat {
            let place = cursor.map { [(name: start == nil ? "after" : "before", value: $0)] } ?? []
            let page = try page(spec, scope, pairs + place)
            pages.append(page.items)
            cursor = start == nil ? page.next : page.prev
            try between(pages.count)
        } while cursor != nil
        return pages
    }
}

extension JSON {
    /// A member of an object, as text; nil for null and where there is none.
    func member(_ name: String) -> String? {
        guard case .object(let members) = self, let value = members.first(where: { $0.0 == name })?.1 else {
            return nil
        }
        switch value {
        case .null: return nil
        case .text(let text): return text
        default: return value.text
        }
    }
}
