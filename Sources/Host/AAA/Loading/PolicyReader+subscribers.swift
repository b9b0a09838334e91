import PluginAPI
import RADIUS
import Store

extension PolicyReader {
    /// Subscribers that are not deleted. One whose password can't be opened has none: it can't log in, and it is said.
    mutating func readSubscribers(_ rules: RuleReader, ids: [Int64]? = nil) throws -> [Subscriber] {
        let rows = try connection.query(
            PolicyReader.subscriberSQL + PolicyReader.picked(ids), PolicyReader.parameters(ids))
        var result: [Subscriber] = []
        result.reserveCapacity(rows.count)
        for row in rows {
            let id = Int64(row.int(0))
            let credential: Credential
            do {
                credential = try self.credential(row, id)
            } catch {
                note("subscriber \(row.text(1)): \(error)")
                credential = .none
            }
            result.append(subscriber(row, id, credential, rules))
        }
        return result
    }

    /// Keys are joined to it, not compared with `any`: the plan of a prepared statement would look through all of them
    /// for each row of the table (100,000 changed of 100,000 took over a minute).
    private static let subscriberSQL = """
        select id, username, password_sealed, password_kind, service_id, tier_position, is_active, expiry_date,
               static_ip, framed_ipv6_address, framed_ipv6_prefix, delegated_ipv6_prefix, framed_interface_id,
               mac_address, mac_binding, line_id, passwordless, session_limit
          from subscribers where deleted_at is null
        """

    /// By column number: this runs once a subscriber, a million times at start.
    private func subscriber(_ row: Row, _ id: Int64, _ credential: Credential, _ rules: RuleReader) -> Subscriber {
        var addresses = StaticAddresses()
        addresses.ipv4 = row.optionalAddress(8)
        addresses.ipv6 = row.optionalAddress(9)
        addresses.ipv6Prefix = row.optionalPrefix(10)
        addresses.delegatedPrefix = row.optionalPrefix(11)
        addresses.interfaceID = row.optionalBytes(12).flatMap {
            $0.count == 8 ? $0.reduce(0) { $0 << 8 | UInt64($1) } : nil
        }
        var facts = SubscriberFacts(
            id: id, serviceID: row.optionalInt(4).map { Int64($0) }, tierPosition: row.int(5), isActive: row.bool(6),
            expiry: row.optionalTimestamp(7).flatMap { $0 == .max ? nil : $0 / 1_000_000 },
            mac: row.optionalText(13).flatMap { MACAddress($0) },
            macBinding: MACBinding(rawValue: row.text(14)) ?? .bound, isPasswordless: row.bool(16),
            sessionLimit: row.optionalInt(17), addresses: addresses)
        facts.checks = rules.checks("subscriber", id)
        facts.replies = rules.replies("subscriber", id)
        return Subscriber(facts: facts, username: row.text(1), credential: credential, lineID: row.optionalText(15))
    }

    private func credential(_ row: Row, _ id: Int64) throws -> Credential {
        guard let sealed = row.optionalBytes(2) else { return .none }
        let secret = try vault.open(sealed, "subscribers", id, "password")
        guard let credential = StoredCredential.read(kind: row.text(3), secret) else {
            throw RuleProblem("the stored password is no \(row.text(3)) value")
        }
        return credential
    }
}
