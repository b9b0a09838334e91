import PluginAPI

/// What operators may say of a NAS (rows 126–142).
enum NASFields {
    static let name = RecordField(
        "name", .text, "display name", isRequired: true, .length(1...100))

    static let all: [RecordField] = [
        name,
        RecordField(
            "ip", .format("ip-prefix"),
            "the address its packets come from, or a network when that changes (then nas_identifier is needed)",
            isRequired: true),
        RecordField("short_name", .optional(.text), "a label for tight places", .length(1...30)),
        RecordField(
            "nas_identifier", .optional(.text),
            "its NAS-Identifier: tells routers of one address apart where Message-Authenticator proves the secret",
            .length(1...253)),
        RecordField("type", .choice(["mikrotik", "generic"]), "which plugin speaks to it"),
        RecordField("pack", .optional(.text), "vendor pack of a generic NAS: cisco, juniper …", .length(1...50)),
        RecordField("description", .optional(.text), "", .length(0...1000)),
        RecordField("is_active", .bool, "off: shut out at once, logins and accounting; its history stays"),
        RecordField("drain", .bool, "accounting is taken, logins are refused"),
        RecordField("auth_port", .integer, "UDP", .range(1...65535)),
        RecordField("acct_port", .integer, "UDP", .range(1...65535)),
        RecordField("coa_port", .optional(.integer), "UDP; null: the vendor's", .range(1...65535)),
        RecordField("api_username", .optional(.text), "of RouterOS", .length(1...100)),
        RecordField("api_port", .integer, "TCP", .range(1...65535)),
        RecordField("api_ssl_port", .integer, "TCP", .range(1...65535)),
        RecordField("use_ssl", .bool, "speak to the API by TLS"),
        RecordField("subscriber_pools", .list(.text), "pools it owns", .length(0...1000)),
        RecordField("allowed_realms", .list(.text), "realms it may log in; none: any", .length(0...1000)),
        RecordField(
            "message_authenticator", .choice(["require", "auto", "off"]), "auto: required once it was seen"),
        RecordField("passwordless", .list(.choice(["mac", "line"])), "logins it may do without a password"),
        RecordField("octets", .choice(["dialect", "straight", "swapped"]), "which way it counts"),
        RecordField("service_profiles", .bool, "it downloads profiles of services by name"),
        RecordField("routing_domain", .text, "networks that may overlap have different ones", .length(1...50)),
    ]

    static let secret = FieldDescription(
        name: "secret", kind: .text, text: "shared secret; left out: a good one is made and shown once",
        isSecret: true, constraints: [.length(6...100)])
    static let apiPassword = FieldDescription(
        name: "api_password", kind: .optional(.text), text: "of RouterOS; left out: as it is", isSecret: true,
        constraints: [.length(1...100)])
}
