import FoundationEssentials
package import PluginAPI

/// JSON text from outside to values (RFC 8259), by Foundation's decoder.
package enum JSONReader {
    package struct Fault: Error, Sendable {
        /// One sentence; no part of the text.
        package let message: String
    }

    /// Throws `Fault` when the bytes are no JSON, or nested deeper than 64.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> FieldValue {
        guard JSONReader.depth(bytes) <= 64 else { throw Fault(message: "The JSON is nested deeper than 64.") }
        do {
            return try JSONDecoder().decode(AnyValue.self, from: Data(bytes)).value
        } catch {
            throw Fault(message: "The body is not JSON.")
        }
    }

    /// Decoding goes down a level of the stack for each; this counts brackets outside texts.
    private static func depth(_ bytes: [UInt8]) -> Int {
        var (depth, deepest, isText, isEscaped) = (0, 0, false, false)
        for byte in bytes {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == 92 {
                    isEscaped = true
                } else if byte == 34 {
                    isText = false
                }
                continue
            }
            switch byte {
            case 34: isText = true
            case 91, 123:
                depth += 1
                deepest = max(deepest, depth)
            case 93, 125: depth -= 1
            default: break
            }
        }
        return deepest
    }
}

private struct AnyValue: Decodable {
    let value: FieldValue

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            var values: [String: FieldValue] = [:]
            for key in container.allKeys {
                values[key.stringValue] = try container.decode(AnyValue.self, forKey: key).value
            }
            value = .object(values)
        } else if var container = try? decoder.unkeyedContainer() {
            var items: [FieldValue] = []
            while !container.isAtEnd { items.append(try container.decode(AnyValue.self).value) }
            value = .list(items)
        } else {
            value = try AnyValue.scalar(try decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> FieldValue {
        if container.decodeNil() { return .null }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        if let value = try? container.decode(Int64.self) { return .integer(value) }
        if let value = try? container.decode(Double.self) { return .number(value) }
        return .text(try container.decode(String.self))
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
