import PluginAPI
import Store

/// Counts attempts in `login_attempts`. An attempt is charged as a failure before the password is looked at, and paid
/// back when it was right: guesses made at the same moment are all counted.
struct LoginAttempts {
    let connection: Connection
    let rules: IdentityRules

    /// An attempt under way: both counts as they were before it.
    struct Charge {
        let account: Counted
        let address: Counted
    }

    struct Counted {
        let kind: String
        let key: [UInt8]
        let before: LockOut.State
        let after: LockOut.State
    }

    /// Throws `.locked` and counts nothing while the account or the address is locked.
    func charge(_ kind: Principal.Kind, _ name: String, address: String, now: Int64) throws -> Charge {
        try connection.transaction {
            let account = try read(kind.rawValue, LoginAttempts.key(name))
            let place = try read("address", LoginAttempts.key(LoginAttempts.network(address)))
            let locks = [rules.account.lock(account.state, now: now), rules.address.lock(place.state, now: now)]
            if let until = locks.compactMap({ $0 }).max() { throw IdentityRefusal(.locked(until: until)) }
            return Charge(
                account: try count(account, rules.account, now), address: try count(place, rules.address, now))
        }
    }

    /// The password was right. `entirely`: signed in, so the account's count begins anew.
    func payBack(_ charge: Charge, entirely: Bool) throws {
        try connection.transaction {
            try payBack(charge.account, entirely: entirely)
            try payBack(charge.address, entirely: false)
        }
    }

    /// Lets an account try again at once.
    func forget(_ kind: Principal.Kind, _ name: String) throws {
        try connection.query(
            "delete from login_attempts where tenant_id = 1 and kind = $1 and key = $2",
            [.text(kind.rawValue), .bytes(LoginAttempts.key(name))])
    }

    private typealias Found = (kind: String, key: [UInt8], state: LockOut.State)

    /// Locks the row, made when it is missing.
    private func read(_ kind: String, _ key: [UInt8]) throws -> Found {
        try connection.query(
            "insert into login_attempts (kind, key, last_at) values ($1, $2, 'epoch') on conflict do nothing",
            [.text(kind), .bytes(key)])
        let row = try connection.query(
            """
            select failures, last_at, locked_until from login_attempts
             where tenant_id = 1 and kind = $1 and key = $2 for update
            """, [.text(kind), .bytes(key)]
        ).first
        let state = row.map {
            LockOut.State(failures: $0.int(0), lastAt: $0.timestamp(1), lockedUntil: $0.optionalTimestamp(2))
        }
        return (kind, key, state ?? LockOut.State())
    }

    private func count(_ found: Found, _ rule: LockOut, _ now: Int64) throws -> Counted {
        let after = rule.failed(found.state, now: now)
        try connection.query(
            """
            update login_attempts set failures = $3, last_at = $4, locked_until = $5
             where tenant_id = 1 and kind = $1 and key = $2
            """,
            [
                .text(found.kind), .bytes(found.key), .int(after.failures), .timestamp(after.lastAt),
                Parameter(timestamp: after.lockedUntil),
            ])
        return Counted(kind: found.kind, key: found.key, before: found.state, after: after)
    }

    /// Others may have been counted since: only then one is taken off and their lock stays.
    private func payBack(_ counted: Counted, entirely: Bool) throws {
        let place: [Parameter] = [.text(counted.kind), .bytes(counted.key)]
        if entirely {
            try connection.query(
                "delete from login_attempts where tenant_id = 1 and kind = $1 and key = $2", place)
            return
        }
        try connection.query(
            """
            update login_attempts
               set failures = case when failures = $3::int then $4::int else greatest(0, failures - 1) end,
                   locked_until = case when failures = $3::int then $5::timestamptz else locked_until end
             where tenant_id = 1 and kind = $1 and key = $2
            """,
            place + [
                .int(counted.after.failures), .int(min(counted.before.failures, counted.after.failures - 1)),
                Parameter(timestamp: counted.before.lockedUntil),
            ])
    }

    /// What an account or an address is known by.
    static func key(_ text: String) -> [UInt8] { Digest.sha256(Array(text.utf8)) }

    /// A customer's line has a whole /64 of IPv6 to come from.
    static func network(_ address: String) -> String {
        guard let parsed = IPAddress(address), !parsed.isIPv4, let prefix = IPPrefix(address: parsed, length: 64) else {
            return address
        }
        return "\(prefix.network)/64"
    }
}
