package import Store

/// Knows callers by their sessions and tokens.
package struct IdentityGatekeeper: Gatekeeper {
    private let cache: PrincipalCache
    private let identity: @Sendable (Connection) -> Identity
    private let clock: @Sendable () -> Int64

    package init(_ house: House, cache: PrincipalCache) {
        self.cache = cache
        identity = { house.identity($0) }
        clock = house.clock
    }

    package func known(_ credential: PresentedCredential) -> Principal? {
        guard fits(credential), let hash = Bearer.hash(credential.text),
            let known = cache.find(hash, now: clock())
        else { return nil }
        // A session's text is no token, and the other way round.
        switch (known.credential, credential.kind) {
        case (.session, .session), (.token, .token): return known
        default: return nil
        }
    }

    package func look(
        _ credential: PresentedCredential, from address: String, _ connection: Connection
    ) throws -> Principal? {
        guard fits(credential) else { return nil }
        switch credential.kind {
        case .session: return try identity(connection).principal(session: credential.text)
        case .token: return try identity(connection).principal(token: credential.text, from: address)
        }
    }

    private func fits(_ credential: PresentedCredential) -> Bool {
        credential.text.hasPrefix(Bearer.tokenPrefix) == (credential.kind == .token)
    }
}
