import HTTP
import PluginAPI

/// JSON Schema (2020-12, as OpenAPI 3.1 has it) of what fields hold.
enum Schema {
    /// An object of these fields; in what comes in nothing else is taken.
    static func object(_ fields: [FieldDescription], partly: Bool = false, isInput: Bool) -> JSON {
        let required = fields.filter { isInput ? $0.isRequired && !partly : true }.map { JSON.text($0.name) }
        var members: [(String, JSON)] = [("type", .text("object"))]
        members.append(("properties", .object(fields.map { ($0.name, field($0, isInput: isInput)) })))
        if !required.isEmpty { members.append(("required", .array(required))) }
        if isInput { members.append(("additionalProperties", .bool(false))) }
        return .object(members)
    }

    static func field(_ field: FieldDescription, isInput: Bool) -> JSON {
        var members = kind(field.kind, field.constraints, isInput: isInput)
        if !field.text.isEmpty { members.append(("description", .text(field.text))) }
        if field.isSecret { members.append(("writeOnly", .bool(true))) }
        return .object(members)
    }

    /// A text that is a part of a path: names that need no percent codes, and are not `.` or `..`.
    static func pathText(_ schema: JSON) -> JSON {
        guard case .object(let members) = schema else { return schema }
        let pattern = JSON.text("^[A-Za-z0-9_-][A-Za-z0-9._-]*$")
        return .object(members.map { name, value in (name, name == "pattern" ? pattern : value) })
    }

    private typealias Members = [(String, JSON)]

    private static func kind(_ kind: FieldKind, _ constraints: [FieldConstraint], isInput: Bool) -> Members {
        switch kind {
        case .bool: return [("type", .text("boolean"))]
        case .integer: return [("type", .text("integer")), ("format", .text("int64"))] + range(constraints)
        case .number: return [("type", .text("number"))] + range(constraints)
        case .text: return [("type", .text("string"))] + text(constraints, isInput: isInput)
        case .choice(let texts): return [("type", .text("string")), ("enum", .array(texts.map(JSON.text)))]
        case .format("json"): return []
        case .format("object"): return [("type", .text("object"))]
        case .format("hex"):
            return [("type", .text("string")), ("pattern", .text("^([0-9A-Fa-f]{2})+$"))]
                + length(constraints, "Length")
        case .format(let format): return [("type", .text("string"))] + shape(format, isInput: isInput)
        case .list(let item):
            return [("type", .text("array")), ("items", .object(Schema.kind(item, [], isInput: isInput)))]
                + length(constraints, "Items")
        case .record(let fields): return members(object(fields, isInput: isInput))
        case .optional(let wrapped): return nullable(Schema.kind(wrapped, constraints, isInput: isInput))
        @unknown default: return []
        }
    }

    private static func members(_ json: JSON) -> Members { if case .object(let members) = json { members } else { [] } }

    /// The same, or null.
    private static func nullable(_ members: Members) -> Members {
        if members.isEmpty { return [] }
        return members.map { name, value in
            switch (name, value) {
            case ("type", .text(let type)): ("type", .array([.text(type), .text("null")]))
            case ("enum", .array(let values)): ("enum", .array(values + [.null]))
            case ("anyOf", .array(let choices)):
                ("anyOf", .array(choices + [.object([("type", .text("null"))])]))
            default: (name, value)
            }
        }
    }

    private static func range(_ constraints: [FieldConstraint]) -> Members {
        for case .range(let range) in constraints {
            return [("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))]
        }
        return [("minimum", .integer(Int64.min)), ("maximum", .integer(Int64.max))]
    }

    private static func text(_ constraints: [FieldConstraint], isInput: Bool) -> Members {
        var result = length(constraints, "Length")
        for constraint in constraints {
            switch constraint {
            case .oneOf(let texts): result.append(("enum", .array(texts.map(JSON.text))))
            case .kebabCase: result.append(("pattern", .text("^[a-z]([a-z0-9-]*[a-z0-9])?$")))
            default: break
            }
        }
        // A text of the database holds everything but NUL.
        if isInput, !result.contains(where: { $0.0 == "pattern" || $0.0 == "enum" }) {
            result.append(("pattern", .text("^[^\\u0000]*$")))
        }
        return result
    }

    private static func length(_ constraints: [FieldConstraint], _ of: String) -> Members {
        for case .length(let range) in constraints {
            var result: Members = [("min\(of)", .count(range.lowerBound))]
            if range.upperBound < Int.max { result.append(("max\(of)", .count(range.upperBound))) }
            return result
        }
        return []
    }

    private static func shape(_ format: String, isInput: Bool) -> Members {
        switch format {
        case "rate": [("pattern", .text("^[1-9][0-9]{0,8}[kM]?$")), ("example", .text("20M"))]
        case "ip-address":
            [("anyOf", .array(["ipv4", "ipv6"].map { .object([("type", .text("string")), ("format", .text($0))]) }))]
        case "ipv4", "ipv6": [("format", .text(format))]
        case "ipv6-prefix": [("example", .text("2001:db8::/56"))]
        case "ip-prefix": [("description", .text("An IPv4 or IPv6 prefix: 192.0.2.0/24"))]
        case "mac-address": [("pattern", .text("^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$"))]
        default: [("format", .text(format))]
        }
    }
}
