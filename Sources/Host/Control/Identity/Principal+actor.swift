extension Principal {
    /// As the audit log names him. After "log in as" it is the one behind that acts, on behalf of the other.
    package func actor(source: String, requestID: String? = nil) -> Actor {
        let own = "\(kind.rawValue):\(name)"
        guard let impersonator else { return Actor(own, source: source, requestID: requestID) }
        return Actor("operator:\(impersonator)", onBehalfOf: own, source: source, requestID: requestID)
    }

    /// Signed in himself: not by a token, not as somebody else. Throws `.ownSessionNeeded`.
    func requireOwnSession() throws {
        guard case .session = credential, impersonator == nil else { throw IdentityRefusal(.ownSessionNeeded) }
    }
}

extension Scope {
    /// No reseller's rows and not the house's: a customer sees what is his by his own id only, and whoever asks by
    /// scope finds nothing.
    package static let nobody = Scope(resellerID: 0, path: "-/")
}
