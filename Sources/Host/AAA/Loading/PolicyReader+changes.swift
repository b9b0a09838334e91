import PluginAPI
import Store

/// Brings the live policy up to what rows of the change feed name: the current state of those keys is read again.
extension PolicyReader {
    /// Changes of one topic. A topic that is small and without numeric keys is read whole.
    package mutating func apply(topic: String, keys: [Int64], to policy: LivePolicy) throws {
        switch topic {
        case "nas_devices": try applyNAS(keys, policy)
        case "services": try applyServices(keys, policy)
        case "subscribers":
            for start in stride(from: 0, to: keys.count, by: 10_000) {
                try applySubscribers(Array(keys[start..<min(start + 10_000, keys.count)]), policy)
            }
        case "compiled_replies": try applyPlans(keys, policy)
        case "compiled_profiles":
            let profiles = try readProfiles()
            policy.change { $0.profiles = profiles }
        case "dialects":
            let dialects = try readDialects()
            policy.change { $0.dialects = dialects }
        case "system_preferences":
            let preferences = try readPreferences()
            policy.change { $0.preferences = preferences }
        default: break
        }
    }

    private mutating func applyNAS(_ ids: [Int64], _ policy: LivePolicy) throws {
        let found = try readNAS(try readRules(kind: "nas", ids: ids), ids: ids)
        policy.change { tables in
            for id in ids { tables.removeNAS(id) }
            for nas in found { tables.put(nas) }
        }
    }

    private mutating func applyServices(_ ids: [Int64], _ policy: LivePolicy) throws {
        let found = try readServices(try readRules(kind: "service", ids: ids), ids: ids)
        policy.change { tables in
            for id in ids { tables.services[id] = nil }
            for service in found { tables.put(service) }
        }
    }

    /// In place, one after the other: each is as it was or as it is, never missing in between.
    private mutating func applySubscribers(_ ids: [Int64], _ policy: LivePolicy) throws {
        let subscribers = policy.read { $0.subscribers }
        let rules = try readRules(kind: "subscriber", ids: ids)
        let found = try readSubscribers(rules, ids: ids, into: subscribers)
        for id in ids where !found.contains(id) { subscribers.remove(id) }
    }

    private func applyPlans(_ services: [Int64], _ policy: LivePolicy) throws {
        let found = try readPlans(services: services)
        let changed = Set(services)
        policy.change { tables in
            for key in tables.plans.keys.filter({ changed.contains($0.serviceID) }) { tables.plans[key] = nil }
            for (key, reply) in found { tables.plans[key] = reply }
        }
    }
}
