import PluginAPI

/// What operators may say of a subscriber.
enum SubscriberFields {
    static let all: [RecordField] = [
        RecordField("username", .text, "what it logs in with", isRequired: true, .length(1...63)),
        RecordField("service_id", .optional(.integer), "what it buys; null: logins are refused", .range(1...Int64.max)),
        RecordField(
            "next_service_id", .optional(.integer), "what it gets when it renews", .range(1...Int64.max)),
        RecordField("tier_position", .integer, "the tier in force: 0 is normal", .range(0...1000)),
        RecordField("is_active", .bool, "off refuses it"),
        RecordField("expiry_date", .optional(.format("date-time")), "null: never"),
        RecordField("static_ip", .optional(.format("ipv4")), "its own IPv4 address"),
        RecordField("framed_ipv6_address", .optional(.format("ipv6")), "its own IPv6 address"),
        RecordField("framed_ipv6_prefix", .optional(.format("ipv6-prefix")), "its own prefix on the link"),
        RecordField("delegated_ipv6_prefix", .optional(.format("ipv6-prefix")), "its own routed prefix"),
        RecordField("mac_address", .optional(.format("mac-address")), "its device"),
        RecordField("mac_binding", .choice(["off", "learn", "bound"]), "learn binds to the first device"),
        RecordField("line_id", .optional(.text), "its circuit-id, remote-id or NAS-Port-Id", .length(1...253)),
        RecordField("passwordless", .bool, "may log in by MAC or line alone, where the NAS allows it too"),
        RecordField(
            "session_limit", .optional(.integer), "instead of the service's; 0: any number", .range(0...10_000)),
        RecordField("full_name", .optional(.text), "", .length(0...200)),
        RecordField("email", .optional(.text), "", .length(0...254)),
        RecordField("phone", .optional(.text), "", .length(0...50)),
        RecordField("address", .optional(.text), "", .length(0...500)),
        RecordField("notes", .optional(.text), "", .length(0...5000)),
        RecordField("tags", .list(.text), "words of one's own", .length(0...100)),
        RecordField("reseller_id", .optional(.integer), "whose it is; null: the house's", .range(1...Int64.max)),
    ]

    static let password = FieldDescription(
        name: "password", kind: .optional(.text), text: "null: no login by password; left out: as it is",
        isSecret: true, constraints: [.length(1...128)])
    static let passwordKind = FieldDescription(
        name: "password_kind", kind: .choice(["cleartext", "nt", "crypt", "md5", "sha", "ssha"]),
        text: "what `password` is")
}
