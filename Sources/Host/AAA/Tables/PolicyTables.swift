package import Dictionary
package import PluginAPI

/// Everything a login is decided by, indexed for finding. Kept behind one lock (`LivePolicy`) and changed in place.
package struct PolicyTables: Sendable {
    package var nas: [Int64: NAS] = [:]
    package var services: [Int64: Service] = [:]
    package var subscribers: [Int64: Subscriber] = [:]
    package var plans: [PlanKey: PlanReply] = [:]
    /// By dialect, then by profile name.
    package var profiles: [String: [String: CompiledReply]] = [:]
    package var dialects: [String: DialectFacts] = [:]
    package var preferences = Preferences()

    private var nasByAddress: [IPAddress: [Int64]] = [:]
    private var nasNetworks: [(IPPrefix, Int64)] = []
    private var subscriberByName: [String: Int64] = [:]
    private var subscriberByMAC: [MACAddress: Int64] = [:]
    private var subscriberByLine: [String: Int64] = [:]

    package init() {}
}

/// A compiled reply, or why a plan has none in that dialect.
package enum PlanReply: Sendable {
    case ready(CompiledReply)
    case problem(String)
}

// MARK: - Finding

extension PolicyTables {
    /// The NAS that packets from `source` come from. With several at one address the NAS-Identifier decides; one
    /// without an identifier of its own takes the rest. Networks are tried longest first.
    package func findNAS(source: IPAddress, identifier: String?) -> NAS? {
        if let found = pick(nasByAddress[source] ?? [], identifier) { return found }
        return pick(nasNetworks.filter { $0.0.contains(source) }.map { $0.1 }, identifier)
    }

    private func pick(_ ids: [Int64], _ identifier: String?) -> NAS? {
        var fallback: NAS?
        for id in ids {
            guard let candidate = nas[id] else { continue }
            if let wanted = candidate.identifier {
                if wanted == identifier { return candidate }
            } else if fallback == nil {
                fallback = candidate
            }
        }
        return fallback
    }

    package func subscriber(named name: String) -> Subscriber? { subscriberByName[name].flatMap { subscribers[$0] } }

    package func subscriber(mac: MACAddress) -> Subscriber? { subscriberByMAC[mac].flatMap { subscribers[$0] } }

    package func subscriber(line: String) -> Subscriber? { subscriberByLine[line].flatMap { subscribers[$0] } }
}

// MARK: - Changing

extension PolicyTables {
    package mutating func put(_ new: NAS) {
        removeNAS(new.id)
        nas[new.id] = new
        if new.source.length == new.source.address.bitWidth {
            nasByAddress[new.source.address, default: []].append(new.id)
        } else {
            nasNetworks.append((new.source, new.id))
            nasNetworks.sort { ($0.0.length, $1.1) > ($1.0.length, $0.1) }
        }
    }

    package mutating func removeNAS(_ id: Int64) {
        guard let old = nas.removeValue(forKey: id) else { return }
        nasByAddress[old.source.address]?.removeAll { $0 == id }
        if nasByAddress[old.source.address]?.isEmpty == true { nasByAddress[old.source.address] = nil }
        nasNetworks.removeAll { $0.1 == id }
    }

    package mutating func put(_ new: Subscriber) {
        removeSubscriber(new.id)
        subscribers[new.id] = new
        subscriberByName[new.username] = new.id
        if new.isPasswordless, let mac = new.mac { subscriberByMAC[mac] = new.id }
        if new.isPasswordless, let line = new.lineID { subscriberByLine[line] = new.id }
    }

    package mutating func removeSubscriber(_ id: Int64) {
        guard let old = subscribers.removeValue(forKey: id) else { return }
        if subscriberByName[old.username] == id { subscriberByName[old.username] = nil }
        if let mac = old.mac, subscriberByMAC[mac] == id { subscriberByMAC[mac] = nil }
        if let line = old.lineID, subscriberByLine[line] == id { subscriberByLine[line] = nil }
    }

    package mutating func reserve(subscribers count: Int) {
        subscribers.reserveCapacity(count)
        subscriberByName.reserveCapacity(count)
    }
}
