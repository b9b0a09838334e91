package import Dictionary
package import PluginAPI

/// Everything a login is decided by, indexed for finding. `LivePolicy` keeps it: what is small is copied when it
/// changes, the subscribers change in place. Copied only where `duplicate` says so, since every packet reads it.
package struct PolicyTables: ~Copyable, Sendable {
    package var nas: [Int64: Shared<NAS>] = [:]
    package var services: [Int64: Shared<Service>] = [:]
    package private(set) var subscribers = SubscriberStore()
    package var plans: [PlanKey: PlanReply] = [:]
    /// By dialect, then by profile name.
    package var profiles: [String: [String: CompiledReply]] = [:]
    package var dialects = DialectTable()
    package var preferences = Preferences()
    /// Another number after each change of anything but a subscriber.
    package internal(set) var version: UInt64 = 0

    private var nasByAddress: [IPAddress: [Int64]] = [:]
    private var nasNetworks: [(IPPrefix, Int64)] = []

    package init() {}

    /// The same, with the same subscribers.
    package borrowing func duplicate() -> PolicyTables {
        var other = PolicyTables()
        other.nas = nas
        other.services = services
        other.subscribers = subscribers
        other.plans = plans
        other.profiles = profiles
        other.dialects = dialects
        other.preferences = preferences
        other.version = version
        other.nasByAddress = nasByAddress
        other.nasNetworks = nasNetworks
        return other
    }
}

/// A compiled reply, or why a plan has none in that dialect.
package enum PlanReply: Sendable {
    case ready(PlanProgram)
    case problem(String)
}

// MARK: - Finding

extension PolicyTables {
    /// The NAS that packets from `source` come from. With several at one address the NAS-Identifier decides; one
    /// without an identifier of its own takes the rest. Networks are tried longest first.
    package func findNAS(source: IPAddress, identifier: UnsafeRawBufferPointer?) -> Shared<NAS>? {
        if let ids = nasByAddress[source], let found = pick(ids, identifier) { return found }
        // Longest first: of the networks' NAS one with the identifier goes before one without, as at one address.
        var fallback: Shared<NAS>?
        for (network, id) in nasNetworks where network.contains(source) {
            guard let candidate = nas[id] else { continue }
            guard let wanted = candidate.identifier else {
                if fallback == nil { fallback = candidate }
                continue
            }
            if identifier?.elementsEqual(wanted.utf8) == true { return candidate }
        }
        return fallback
    }

    /// Whether a NAS may send from there, whatever it calls itself.
    package func knows(_ source: IPAddress) -> Bool {
        nasByAddress[source] != nil || nasNetworks.contains { $0.0.contains(source) }
    }

    /// Where packets of NAS come from, in no order.
    package var nasSources: [IPPrefix] { nas.values.map { $0.source } }

    private func pick(_ ids: [Int64], _ identifier: UnsafeRawBufferPointer?) -> Shared<NAS>? {
        var fallback: Shared<NAS>?
        for id in ids {
            guard let candidate = nas[id] else { continue }
            if let wanted = candidate.identifier {
                if identifier?.elementsEqual(wanted.utf8) == true { return candidate }
            } else if fallback == nil {
                fallback = candidate
            }
        }
        return fallback
    }
}

extension PolicyTables {
    package func subscriber(named name: String) -> Subscriber? { subscribers.subscriber(named: name) }

    package func subscriber(mac: MACAddress) -> Subscriber? { subscribers.subscriber(mac: mac) }

    package func subscriber(line: String) -> Subscriber? { subscribers.subscriber(line: line) }
}

// MARK: - Changing

extension PolicyTables {
    package mutating func put(_ new: NAS) {
        removeNAS(new.id)
        nas[new.id] = Shared(new)
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

    package mutating func put(_ new: Service) { services[new.id] = Shared(new) }

    package func put(_ new: Subscriber) { subscribers.put(new) }

    package func removeSubscriber(_ id: Int64) { subscribers.remove(id) }
}
