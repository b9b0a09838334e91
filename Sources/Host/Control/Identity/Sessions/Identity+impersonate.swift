import Store

extension Identity {
    /// "Log in as" a reseller's operator: a short session of his, marked, with what both hold.
    package func logIn(asOperator id: Int64, by principal: Principal, _ actor: Actor, from origin: Origin) throws
        -> SignedIn
    {
        let behind = try impersonator(principal)
        guard let other = try holder(id), principal.scope.contains(other.scope.path) else {
            throw RecordRefusal("there is no operator \(id)", code: "not_found")
        }
        guard ImpersonationRules.may(behind, be: other) else {
            throw RecordRefusal(
                "\(principal.name) may not log in as \(other.username)",
                hint: "impersonate.reseller allows it, for operators of resellers that are not switched off",
                code: "forbidden")
        }
        return try enter(.operator, id, other.username, behind, actor, origin)
    }

    /// "Log in as" a customer: the portal as he sees it, and nothing else.
    package func logIn(asCustomer id: Int64, by principal: Principal, _ actor: Actor, from origin: Origin) throws
        -> SignedIn
    {
        let behind = try impersonator(principal)
        guard let customer = try customer(id), principal.scope.contains(customer.path) else {
            throw RecordRefusal("there is no subscriber \(id)", code: "not_found")
        }
        guard ImpersonationRules.may(behind, beCustomerAt: customer.path) else {
            throw RecordRefusal(
                "\(principal.name) may not log in as a customer", hint: "impersonate.customer allows it",
                code: "forbidden")
        }
        return try enter(.customer, id, customer.name, behind, actor, origin)
    }

    /// Only a person himself: a token would make sessions that outlive it, and as somebody else one would hide behind
    /// two.
    private func impersonator(_ principal: Principal) throws -> Holder {
        try principal.requireOwnSession()
        guard principal.kind == .operator, let holder = try holder(principal.id) else {
            throw IdentityRefusal(.ownSessionNeeded)
        }
        return holder
    }

    private func enter(
        _ kind: Principal.Kind, _ id: Int64, _ name: String, _ behind: Holder, _ actor: Actor, _ origin: Origin
    ) throws -> SignedIn {
        let made = try connection.transaction {
            let made = try makeSession(kind, id, rules.impersonation, origin, impersonator: behind.id)
            try audit(actor, "log-in-as", kind == .operator ? "operator" : "subscriber", id, name)
            return made
        }
        guard let principal = try principal(session: made.token) else { throw IdentityRefusal(.wrong) }
        return SignedIn(
            token: made.token, principal: principal, expiresAt: made.expiresAt, recoveryCodesLeft: nil)
    }
}
