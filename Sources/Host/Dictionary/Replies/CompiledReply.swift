package import PluginAPI

/// The reply of a plan in one dialect, encoded: bytes with typed slots between, in sending order.
///
/// Compiled in `control` when a plan changes, stored, and filled in `radius` at every login without asking anybody.
package struct CompiledReply: Sendable, Hashable {
    package var parts: [CompiledPart]

    package init(parts: [CompiledPart] = []) { self.parts = parts }
}

/// One attribute of a compiled reply.
package struct CompiledPart: Sendable, Hashable {
    /// Whose work it is: a plugin's id, `service`, `nas`, `subscriber` or `tollkeeper`.
    package var origin: String
    /// Dictionary name, for people.
    package var name: String
    package var key: AttributeKey
    package var condition: ReplyCondition
    package var content: Content

    package enum Content: Sendable, Hashable {
        /// Whole attributes as they go on the wire, headers included.
        case wire([UInt8])
        /// The value comes from a slot.
        case slot(Slot, tag: UInt8?)
        /// Text with slots between.
        case template([TemplatePart], tag: UInt8?)
    }

    package init(
        origin: String, name: String, key: AttributeKey, condition: ReplyCondition = .always, content: Content
    ) {
        self.origin = origin
        self.name = name
        self.key = key
        self.condition = condition
        self.content = content
    }
}
