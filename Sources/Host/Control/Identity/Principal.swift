/// Who is signed in, as every check asks it: what he may do, and whose rows he sees.
package struct Principal: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// A person of the house or of a reseller.
        case `operator`
        /// A subscriber, in the portal; holds permissions of the portal only.
        case customer
    }

    /// By what he proved himself.
    package enum Credential: Sendable, Hashable {
        /// `web_sessions.id`.
        case session(Int64)
        /// `api_tokens.id`.
        case token(Int64)
    }

    package let kind: Kind
    /// `operators.id` or `subscribers.id`.
    package let id: Int64
    package let name: String
    package let tenant: Int64
    /// `nas.view`, …; already cut down to the token's scopes.
    package let permissions: Set<String>
    package let scope: Scope
    package let credential: Credential
    /// The operator behind a "log in as", by name; nil when he acts for himself.
    package let impersonator: String?
    /// Signed in with a password that was given by someone else: nothing but changing it is allowed.
    package let mustChangePassword: Bool

    package init(
        kind: Kind, id: Int64, name: String, tenant: Int64 = 1, permissions: Set<String>, scope: Scope,
        credential: Credential, impersonator: String? = nil, mustChangePassword: Bool = false
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.tenant = tenant
        self.permissions = permissions
        self.scope = scope
        self.credential = credential
        self.impersonator = impersonator
        self.mustChangePassword = mustChangePassword
    }

    package func may(_ permission: String) -> Bool { permissions.contains(permission) }
}
