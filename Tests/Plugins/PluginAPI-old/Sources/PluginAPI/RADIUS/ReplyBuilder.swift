/// What a dialect writes an Access-Accept (or a CoA) with: attributes by dictionary name, in order.
///
/// The host encodes each by its dictionary and refuses, naming the attribute, what does not fit its type or length.
public struct ReplyBuilder: ~Copyable {
    /// What was written so far.
    public private(set) var attributes: [ReplyAttribute] = []

    public init() {}

    /// Adds one attribute. `name` is a dictionary name (`Framed-Pool`), a tag may be given for tagged ones (RFC 2868).
    public mutating func add(
        _ name: String, _ value: ReplyValue, tag: UInt8? = nil, when condition: ReplyCondition = .always
    ) {
        attributes.append(ReplyAttribute(name: name, value: value, tag: tag, condition: condition))
    }

    /// Adds a text attribute when there is a text.
    public mutating func add(_ name: String, _ text: String?) {
        if let text { add(name, .text(text)) }
    }
}

/// One attribute of a reply, not yet encoded.
public struct ReplyAttribute: Sendable, Hashable {
    public var name: String
    public var value: ReplyValue
    public var tag: UInt8?
    public var condition: ReplyCondition

    public init(name: String, value: ReplyValue, tag: UInt8? = nil, condition: ReplyCondition = .always) {
        self.name = name
        self.value = value
        self.tag = tag
        self.condition = condition
    }
}

/// The value of a reply attribute. An attribute with a slot that has no value at login is left out.
public enum ReplyValue: Sendable, Hashable {
    /// Text as the dictionary reads it for the attribute's type: `20M`, `192.0.2.1`, the name of a VALUE.
    case text(String)
    case integer(UInt64)
    case bytes([UInt8])
    case slot(Slot)
    /// Literal text with slots between (`ip:sub-qos=…`), for string attributes.
    case template([TemplatePart])
}

/// A piece of a template.
public enum TemplatePart: Sendable, Hashable {
    case text(String)
    /// The slot's value as text.
    case slot(Slot)
}

/// When an attribute of a compiled reply is sent.
public enum ReplyCondition: Sendable, Hashable {
    case always
    case ifPresent(Slot)
    case ifAbsent(Slot)
}
