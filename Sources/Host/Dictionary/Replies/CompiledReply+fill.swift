import PluginAPI

extension CompiledPart {
    /// Appends the attribute as it goes on the wire; nothing when its condition fails or its slot is empty.
    /// Returns whether something was appended.
    @discardableResult
    package func append(to reply: inout [UInt8], _ values: SlotValues) -> Bool {
        guard applies(values) else { return false }
        switch content {
        case .wire(let bytes):
            reply += bytes
            return true
        case .slot(let slot, let tag):
            guard let value = values.bytes(slot) else { return false }
            return CompiledPart.append(key, value, tag, to: &reply)
        case .template(let pieces, let tag):
            guard let value = CompiledPart.render(pieces, values) else { return false }
            return CompiledPart.append(key, Array(value.utf8), tag, to: &reply)
        }
    }

    /// Whether the condition holds.
    package func applies(_ values: SlotValues) -> Bool {
        switch condition {
        case .always: true
        case .ifPresent(let slot): values.has(slot)
        case .ifAbsent(let slot): !values.has(slot)
        @unknown default: false
        }
    }

    private static func render(_ pieces: [TemplatePart], _ values: SlotValues) -> String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal
            case .slot(let slot):
                guard let value = values.text(slot) else { return nil }
                text += value
            @unknown default: return nil
            }
        }
        return text
    }

    /// Header and value: standard (RFC 2865 section 5) or Vendor-Specific with one-byte type and length
    /// (section 5.26). A value that is too long is left out: the compiler has checked what it could.
    private static func append(_ key: AttributeKey, _ value: [UInt8], _ tag: UInt8?, to reply: inout [UInt8]) -> Bool {
        let count = value.count + (tag == nil ? 0 : 1)
        guard key.number <= 255, count <= (key.vendor == 0 ? 253 : 247) else { return false }
        if key.vendor != 0 {
            reply += [26, UInt8(count + 8)]
            reply += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: key.vendor >> $0) }
        }
        reply += [UInt8(key.number), UInt8(count + 2)]
        if let tag { reply.append(tag) }
        reply += value
        return true
    }
}
