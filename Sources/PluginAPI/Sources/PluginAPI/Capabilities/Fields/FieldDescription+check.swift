extension FieldDescription {
    /// What is wrong with a value given for this field; empty when it fits. For fields that no struct stands for.
    public func faults(in value: FieldValue) -> [FieldError] {
        let faults = kind.faults(in: value).map { $0.placed(at: name) }
        guard faults.isEmpty else { return faults }
        return constraints.compactMap { constraint in
            constraint.violation(by: value).map { FieldError(field: name, code: "constraint", message: $0) }
        }
    }
}

extension [FieldDescription] {
    /// What is wrong with values given by name: unknown names, values that do not fit and, unless `partly`, required
    /// ones that are not given.
    public func faults(in values: [String: FieldValue], partly: Bool = false) -> [FieldError] {
        let known = map(\.name)
        let message =
            known.isEmpty ? "is unknown; there are none" : "is unknown; there are \(known.joined(separator: ", "))"
        // Whoever gives thousands is told of the first.
        var faults = values.keys.filter { !known.contains($0) }.sorted().prefix(100).map { name in
            FieldError(field: name, code: "unknown", message: message)
        }
        for field in self {
            if let value = values[field.name] {
                faults += field.faults(in: value)
            } else if field.isRequired, !partly {
                faults.append(FieldError(field: field.name, code: "required", message: "must be given"))
            }
        }
        return faults
    }
}

extension FieldValue {
    /// In a text or a member's name, however deep.
    fileprivate var hasNUL: Bool {
        switch self {
        case .text(let text): text.utf8.contains(0)
        case .list(let items): items.contains(where: \.hasNUL)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.hasNUL }
        default: false
        }
    }
}

extension FieldKind {
    /// What is wrong with a value of this kind; an error's field is relative to the value, empty for the value itself.
    func faults(in value: FieldValue) -> [FieldError] {
        switch (self, value) {
        case (.optional, .null): return []
        case (.optional(let kind), _): return kind.faults(in: value)
        case (.bool, .bool), (.integer, .integer), (.number, .integer), (.number, .number): return []
        case (.text, .text(let text)): return FieldKind.textFaults(text)
        case (.choice(let texts), .text(let text)) where texts.contains(text): return []
        case (.format("json"), _), (.format("object"), .object): return value.hasNUL ? FieldKind.textFaults("\0") : []
        case (.format(let format), .text(let text)) where format != "object":
            if FieldKind.fits(text, format) { return FieldKind.textFaults(text) }
        case (.list(let kind), .list(let items)):
            return items.enumerated().flatMap { index, item in
                kind.faults(in: item).map { $0.placed(at: String(index)) }
            }
        case (.record(let fields), .object(let values)): return fields.faults(in: values)
        default: break
        }
        return [FieldError(field: "", code: "type", message: "must be \(expected)\(value.asFound)")]
    }

    /// A database's text holds everything but a NUL.
    private static func textFaults(_ text: String) -> [FieldError] {
        guard text.utf8.contains(0) else { return [] }
        return [FieldError(field: "", code: "constraint", message: "must not have a NUL character")]
    }

    private static func fits(_ text: String, _ format: String) -> Bool {
        switch format {
        case "rate": Rate(text) != nil
        case "ip-address": IPAddress(text) != nil
        case "ip-prefix": IPPrefix(text) != nil
        case "ipv4": IPAddress(text)?.isIPv4 == true
        case "ipv6": IPAddress(text)?.isIPv4 == false
        case "ipv6-prefix": text.contains(":") && IPPrefix(text) != nil
        case "mac-address": MACAddress(text) != nil
        case "hex": !text.isEmpty && text.utf8.count % 2 == 0 && text.utf8.allSatisfy(isHexDigit)
        case "date-time": TimeText.isTime(text)
        case "date": TimeText.isDate(text)
        case "email": text.utf8.count <= 254 && text.split(separator: "@").count == 2 && !text.contains(" ")
        case "uri": text.hasPrefix("http://") || text.hasPrefix("https://")
        default: true
        }
    }

    private static func isHexDigit(_ unit: UInt8) -> Bool {
        (48...57).contains(unit) || (65...70).contains(unit) || (97...102).contains(unit)
    }

    private var expected: String {
        switch self {
        case .bool: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .text: "a text"
        case .choice(let texts): "one of " + texts.joined(separator: ", ")
        case .format("rate"): "a rate like 20M"
        case .format("ip-address"): "an address like 192.0.2.1 or 2001:db8::1"
        case .format("ip-prefix"): "a prefix like 192.0.2.0/24"
        case .format("ipv4"): "an IPv4 address like 192.0.2.1"
        case .format("ipv6"): "an IPv6 address like 2001:db8::1"
        case .format("ipv6-prefix"): "an IPv6 prefix like 2001:db8::/56"
        case .format("mac-address"): "a MAC like 00:11:22:AA:BB:CC"
        case .format("hex"): "bytes as pairs of hex digits"
        case .format("object"): "an object"
        case .format("date-time"): "a time like 2026-11-21T14:03:00Z"
        case .format("date"): "a date like 2026-11-21"
        case .format("email"): "an address like ann@example.org"
        case .format("uri"): "an address like https://example.org/"
        case .format(let format): "a \(format)"
        case .list: "a list"
        case .record: "an object"
        case .optional(let kind): kind.expected + " or null"
        }
    }
}
