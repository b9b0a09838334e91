import HTTP

/// Something that happened, and who may hear of it.
package struct Event: Sendable, Hashable {
    /// `subscriber.changed`, `job.42`.
    package let topic: String
    /// JSON text of an object.
    package let json: String
    package let audience: Audience

    init(_ topic: String, _ members: [(String, JSON)], _ audience: Audience) {
        self.topic = topic
        json = JSON.object(members).text
        self.audience = audience
    }
}

/// Whose rows an event is about. The permission is the topic's (`EventTopic`).
package enum Audience: Sendable, Hashable {
    case everyone
    case house
    /// Who sees rows of this path.
    case path(String)
    /// Who sees rows of this path, and these resellers themselves: a NAS or service that was given to them.
    case shared(path: String, with: [String])
    /// Those of this scope alone: figures that were added up for it.
    case exactly(Scope)
    /// A job: who started it, and those with `jobs.view` who see his path.
    case job(operatorID: Int64?, path: String)

    func includes(_ principal: Principal) -> Bool {
        // Customers have no stream of these.
        guard principal.kind == .operator else { return false }
        switch self {
        case .everyone: return true
        case .house: return principal.scope.isHouse
        case .path(let path): return principal.scope.contains(path)
        case .shared(let path, let resellers):
            return principal.scope.contains(path) || resellers.contains(principal.scope.path)
        case .exactly(let scope): return principal.scope == scope
        case .job(let operatorID, let path):
            return Jobs.isVisible(operatorID: operatorID, path: path, to: principal)
        }
    }
}
