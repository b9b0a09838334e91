import PluginAPI

/// What operators may say of a service and of its tiers.
enum ServiceFields {
    static let all: [RecordField] = [
        RecordField("name", .text, "what it is sold as", isRequired: true, .length(1...100)),
        RecordField("description", .optional(.text), "", .length(0...1000)),
        RecordField("pool_name", .optional(.text), "the NAS' address pool", .length(1...100)),
        RecordField("ipv6_pool", .optional(.text), "the NAS' IPv6 prefix pool", .length(1...100)),
        RecordField("delegated_ipv6_pool", .optional(.text), "the NAS' pool for delegated prefixes", .length(1...100)),
        RecordField("group_name", .optional(.text), "the NAS' user group or profile", .length(1...100)),
        RecordField("address_list", .optional(.text), "the NAS' address list", .length(1...100)),
        RecordField(
            "session_limit", .optional(.integer), "sessions at once; null or 0: any number", .range(0...10_000)),
        RecordField("idle_timeout", .optional(.integer), "seconds", .range(0...31_536_000)),
        RecordField("default_nas_id", .optional(.integer), "the NAS its subscribers use", .range(1...Int64.max)),
        RecordField("show_reject_reason", .bool, "tell a refused user why"),
        RecordField("is_active", .bool, "off refuses its subscribers"),
    ]

    static let tier: [RecordField] = [
        RecordField("name", .text, "normal, FUP1 …", isRequired: true, .length(1...50)),
        rate("down_bps", "towards the subscriber; null: no limit"), rate("up_bps", "from the subscriber"),
        rate("down_burst_bps", "burst rate"), rate("up_burst_bps", "burst rate"),
        rate("down_burst_threshold_bps", "average below which bursting is on"),
        rate("up_burst_threshold_bps", "average below which bursting is on"),
        RecordField("down_burst_seconds", .optional(.integer), "time of that average", .range(1...3600)),
        RecordField("up_burst_seconds", .optional(.integer), "time of that average", .range(1...3600)),
        rate("down_min_bps", "guaranteed"), rate("up_min_bps", "guaranteed"),
        RecordField("priority", .optional(.integer), "of the queue, 1 first", .range(1...8)),
        RecordField("filter_id", .optional(.text), "a policy set up on the NAS", .length(1...253)),
        RecordField("pool_name", .optional(.text), "instead of the service's", .length(1...100)),
        RecordField("group_name", .optional(.text), "instead of the service's", .length(1...100)),
        RecordField("address_list", .optional(.text), "instead of the service's", .length(1...100)),
    ]

    static let tiers = FieldDescription(
        name: "tiers", kind: .list(.record(tier.inputs)),
        text: "the normal tier first, then the ones of fair use; given, they replace all there are",
        constraints: [.length(1...50)])

    private static func rate(_ name: String, _ text: String) -> RecordField {
        RecordField(name, .optional(.integer), "bit/s, \(text)", .range(0...Int64.max))
    }
}
