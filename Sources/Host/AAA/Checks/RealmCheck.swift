/// The user's realm is one that the NAS allows (row 142, C42). With realms set, a name without one needs the entry
/// `none`; logins by MAC or line have no realm and are not asked.
package enum RealmCheck: LoginCheck {
    package static let name = "realm"

    package static func refusal(_ login: Login) -> RejectReason? {
        guard !login.nas.realms.isEmpty, login.identity == .name else { return nil }
        let name = login.name
        let isAllowed = login.nas.realms.contains { name.hasRealm ? name.hasRealm($0) : $0 == "none" }
        return isAllowed ? nil : .realmNotAllowed
    }

    package static func inputs(_ login: Login) -> String {
        let allowed = login.nas.realms.isEmpty ? "any" : login.nas.realms.joined(separator: ", ")
        return "realm \(login.name.realm ?? "none"), allowed: \(allowed)"
    }
}
