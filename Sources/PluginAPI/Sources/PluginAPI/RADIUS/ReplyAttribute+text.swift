extension ReplyAttribute: CustomStringConvertible {
    /// `Framed-Pool = "pppoe" unless framed-ip-address`: for tests, `explain` and logs. Slots stand in braces.
    public var description: String {
        let name = tag.map { "\(self.name):\($0)" } ?? self.name
        return "\(name) = \(value)\(condition.suffix)"
    }
}

extension ReplyValue: CustomStringConvertible {
    public var description: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .integer(let number): String(number)
        case .bytes(let bytes): "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        case .slot(let slot): "{\(slot.rawValue)}"
        case .template(let parts): "\"" + parts.map(\.description).joined() + "\""
        }
    }
}

extension TemplatePart: CustomStringConvertible {
    public var description: String {
        switch self {
        case .text(let text): text
        case .slot(let slot): "{\(slot.rawValue)}"
        }
    }
}

extension ReplyCondition {
    fileprivate var suffix: String {
        switch self {
        case .always: ""
        case .ifPresent(let slot): " if \(slot.rawValue)"
        case .ifAbsent(let slot): " unless \(slot.rawValue)"
        }
    }
}
