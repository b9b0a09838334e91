import HTTP

/// Who may call an endpoint. There is none without one.
package enum Access: Sendable, Hashable {
    /// Anybody: signing in, the documents of the API.
    case open
    /// Whoever is signed in, operator or customer: what is about himself.
    case anyone
    /// Any operator who is signed in.
    case `operator`
    /// Who holds the permission: `nas.view`. Permissions of customers begin with `portal.`.
    case may(String)

    /// Why the principal may not; nil when he may.
    func refusal(of principal: Principal) -> Problem? {
        let isAllowed =
            switch self {
            case .open, .anyone: true
            case .operator: principal.kind == .operator
            case .may(let permission):
                principal.may(permission) && permission.hasPrefix("portal.") == (principal.kind == .customer)
            }
        if isAllowed { return nil }
        guard case .may(let permission) = self else {
            return Problem(403, "forbidden", "This is for operators.")
        }
        return Problem(403, "forbidden", "This needs the permission \(permission).")
    }

    package var permission: String? { if case .may(let permission) = self { permission } else { nil } }
}
