import PluginAPI

/// The stored form of a compiled reply: a version byte, then each part with lengths before its fields.
extension CompiledReply {
    private static let version: UInt8 = 1

    package func stored() -> [UInt8] {
        var writer = FieldWriter()
        writer.byte(CompiledReply.version)
        for part in parts {
            writer.text(part.origin)
            writer.text(part.name)
            writer.integer(part.key.vendor)
            writer.integer(part.key.number)
            writer.condition(part.condition)
            writer.content(part.content)
        }
        return writer.bytes
    }

    /// nil when the bytes are of another version or damaged; the policy must then be compiled anew.
    package init?(stored bytes: [UInt8]) {
        var reader = FieldReader(bytes)
        guard reader.byte() == CompiledReply.version else { return nil }
        var parts: [CompiledPart] = []
        while !reader.atEnd {
            guard let origin = reader.text(), let name = reader.text(), let vendor = reader.integer(),
                let number = reader.integer(), let condition = reader.condition(), let content = reader.content()
            else { return nil }
            let key = AttributeKey(number, vendor: vendor)
            parts.append(CompiledPart(origin: origin, name: name, key: key, condition: condition, content: content))
        }
        self.init(parts: parts)
    }
}

private struct FieldWriter {
    var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func integer(_ value: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func blob(_ value: [UInt8]) {
        integer(UInt32(value.count))
        bytes += value
    }

    mutating func text(_ value: String) { blob(Array(value.utf8)) }

    mutating func tag(_ value: UInt8?) { bytes += value.map { [1, $0] } ?? [0, 0] }

    mutating func condition(_ value: ReplyCondition) {
        switch value {
        case .always: text("always")
        case .ifPresent(let slot): text("present:" + slot.rawValue)
        case .ifAbsent(let slot): text("absent:" + slot.rawValue)
        @unknown default: text("unknown")
        }
    }

    mutating func content(_ value: CompiledPart.Content) {
        switch value {
        case .wire(let wire):
            byte(0)
            blob(wire)
        case .slot(let slot, let tag):
            byte(1)
            self.tag(tag)
            text(slot.rawValue)
        case .template(let pieces, let tag):
            byte(2)
            self.tag(tag)
            integer(UInt32(pieces.count))
            for piece in pieces { self.piece(piece) }
        }
    }

    private mutating func piece(_ piece: TemplatePart) {
        switch piece {
        case .text(let literal): text("t" + literal)
        case .slot(let slot): text("s" + slot.rawValue)
        @unknown default: text("?")
        }
    }
}

private struct FieldReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var atEnd: Bool { at == bytes.count }

    mutating func byte() -> UInt8? {
        guard at < bytes.count else { return nil }
        at += 1
        return bytes[at - 1]
    }

    mutating func integer() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        at += 4
        return bytes[(at - 4)..<at].reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func blob() -> [UInt8]? {
        guard let count = integer(), count <= UInt32(bytes.count - at) else { return nil }
        at += Int(count)
        return Array(bytes[(at - Int(count))..<at])
    }

    mutating func text() -> String? { blob().flatMap { String(validating: $0, as: UTF8.self) } }

    mutating func condition() -> ReplyCondition? {
        guard let text = text() else { return nil }
        if text == "always" { return .always }
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let slot = Slot(rawValue: String(parts[1])) else { return nil }
        switch parts[0] {
        case "present": return .ifPresent(slot)
        case "absent": return .ifAbsent(slot)
        default: return nil
        }
    }

    mutating func content() -> CompiledPart.Content? {
        switch byte() {
        case 0: return blob().map { .wire($0) }
        case 1:
            guard let tag = tag(), let slot = text().flatMap({ Slot(rawValue: $0) }) else { return nil }
            return .slot(slot, tag: tag.value)
        case 2:
            guard let tag = tag(), let count = integer(), count < 1000 else { return nil }
            var pieces: [TemplatePart] = []
            for _ in 0..<count {
                guard let piece = piece() else { return nil }
                pieces.append(piece)
            }
            return .template(pieces, tag: tag.value)
        default: return nil
        }
    }

    private mutating func tag() -> (value: UInt8?, read: Bool)? {
        guard let there = byte(), let value = byte() else { return nil }
        return (there == 1 ? value : nil, true)
    }

    private mutating func piece() -> TemplatePart? {
        guard let text = text(), let kind = text.first else { return nil }
        let rest = String(text.dropFirst())
        switch kind {
        case "t": return .text(rest)
        case "s": return Slot(rawValue: rest).map { .slot($0) }
        default: return nil
        }
    }
}
