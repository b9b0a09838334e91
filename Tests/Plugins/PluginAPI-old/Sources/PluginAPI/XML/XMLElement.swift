/// An element of an XML file that the host has read for a plugin: no names to resolve, no entities, no comments left.
public struct XMLElement: Sendable, Hashable {
    /// The name without its prefix.
    public var name: String
    public var attributes: [String: String]
    /// The element's own text with white space at both ends cut off; text between child elements is not kept apart.
    public var text: String
    public var children: [XMLElement]
    /// Where it starts in its file, counted from 1.
    public var line: Int

    public init(
        name: String, attributes: [String: String] = [:], text: String = "", children: [XMLElement] = [], line: Int = 0
    ) {
        self.name = name
        self.attributes = attributes
        self.text = text
        self.children = children
        self.line = line
    }

    /// The first child of that name.
    public func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// Every child of that name, in order.
    public func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// An attribute's value.
    public subscript(_ attribute: String) -> String? { attributes[attribute] }
}
