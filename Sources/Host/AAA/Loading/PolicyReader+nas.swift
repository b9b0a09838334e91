import PluginAPI
import RADIUS
import Store

extension PolicyReader {
    /// NAS that are not deleted. One whose secret can't be opened is left out and said: fail closed.
    mutating func readNAS(_ rules: RuleReader, ids: [Int64]? = nil) throws -> [NAS] {
        var result: [NAS] = []
        for row in try connection.query(PolicyReader.nasSQL + PolicyReader.picked(ids), PolicyReader.parameters(ids)) {
            let id = Int64(row.int("id"))
            do {
                result.append(try nas(row, id, rules))
            } catch {
                note("NAS \(row.text("name")): \(error)")
            }
        }
        return result
    }

    private static let nasSQL = """
        select id, name, ip, nas_identifier, dialect, is_active, drain, secret_sealed, previous_secret_sealed,
               allowed_realms, message_authenticator, message_authenticator_latched_at, passwordless, octets,
               service_profiles
          from nas_devices where deleted_at is null
        """

    private func nas(_ row: Row, _ id: Int64, _ rules: RuleReader) throws -> NAS {
        guard let current = row.optionalBytes("secret_sealed") else { throw RuleProblem("it has no secret yet") }
        let secret = try vault.open(current, "nas_devices", id, "secret")
        guard !secret.isEmpty else { throw RuleProblem("its secret is empty") }
        var secrets = [SharedSecret(secret)]
        if let previous = row.optionalBytes("previous_secret_sealed") {
            secrets.append(SharedSecret(try vault.open(previous, "nas_devices", id, "previous_secret")))
        }
        let passwordless = row.textArray("passwordless")
        return NAS(
            id: id, name: row.text("name"), source: row.prefix("ip"), identifier: row.optionalText("nas_identifier"),
            dialect: row.text("dialect"), secrets: secrets, isActive: row.bool("is_active"),
            isDraining: row.bool("drain"),
            realms: (row.optionalTextArray("allowed_realms") ?? []).map(PolicyReader.realm),
            messageAuthenticator: policy(row), allowsMACLogin: passwordless.contains("mac"),
            allowsLineLogin: passwordless.contains("line"),
            octets: OctetDirection(rawValue: row.text("octets")) ?? .dialect,
            servesProfiles: row.bool("service_profiles"), checks: rules.checks("nas", id),
            replies: rules.replies("nas", id), counters: counters?.block(nasID: id, name: row.text("name")))
    }

    /// With or without `@` in front, any case.
    private static func realm(_ text: String) -> String {
        (text.first == "@" ? String(text.dropFirst()) : text).lowercased()
    }

    private func policy(_ row: Row) -> MessageAuthenticatorPolicy {
        switch row.text("message_authenticator") {
        case "off": .off
        case "auto": .auto(latched: !row.isNull("message_authenticator_latched_at"))
        default: .require
        }
    }
}
