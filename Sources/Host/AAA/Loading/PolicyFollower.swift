import PluginAPI
import Store

/// Brings the live policy up to what a row of the change feed names: the current state of that key is read again.
extension PolicyReader {
    /// One change. `key` nil, or a topic without keys, reads the topic whole.
    package mutating func apply(topic: String, key: Int64?, to policy: LivePolicy) throws {
        switch topic {
        case "nas_devices": try applyNAS(key, policy)
        case "services", "service_tiers": try applyServices(key, policy)
        case "subscribers": try applySubscribers(key, policy)
        case "compiled_replies": try applyPlans(key, policy)
        case "compiled_profiles":
            let profiles = try readProfiles()
            policy.change { $0.profiles = profiles }
        case "dialects", "dialect_rules":
            let dialects = try readDialects()
            policy.change { $0.dialects = dialects }
        case "system_preferences":
            let preferences = try readPreferences()
            policy.change { $0.preferences = preferences }
        default: break
        }
    }

    private mutating func applyNAS(_ id: Int64?, _ policy: LivePolicy) throws {
        let found = try readNAS(try readRules(kind: "nas", id: id), id: id)
        policy.change { tables in
            let gone = id.map { [$0] } ?? Array(tables.nas.keys)
            for id in gone where !found.contains(where: { $0.id == id }) { tables.removeNAS(id) }
            for nas in found { tables.put(nas) }
        }
    }

    private mutating func applyServices(_ id: Int64?, _ policy: LivePolicy) throws {
        let found = try readServices(try readRules(kind: "service", id: id), id: id)
        policy.change { tables in
            if let id { tables.services[id] = nil } else { tables.services = [:] }
            for service in found { tables.services[service.id] = service }
        }
    }

    private mutating func applySubscribers(_ id: Int64?, _ policy: LivePolicy) throws {
        let found = try readSubscribers(try readRules(kind: "subscriber", id: id), id: id)
        policy.change { tables in
            if let id {
                tables.removeSubscriber(id)
            } else {
                for id in Array(tables.subscribers.keys) { tables.removeSubscriber(id) }
            }
            for subscriber in found { tables.put(subscriber) }
        }
    }

    private func applyPlans(_ service: Int64?, _ policy: LivePolicy) throws {
        let found = try readPlans(service: service)
        policy.change { tables in
            let stale = tables.plans.keys.filter { service == nil || $0.serviceID == service }
            for key in stale { tables.plans[key] = nil }
            for (key, reply) in found { tables.plans[key] = reply }
        }
    }
}
