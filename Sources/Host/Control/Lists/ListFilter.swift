package import PluginAPI
import Store

/// What rows of a list can be chosen by.
package struct ListFilter: Sendable {
    package enum Value: String, Sendable, Hashable {
        case bigint, text, bool, timestamptz, inet, macaddr
    }

    package enum Test: Sendable {
        /// Equal; with several values, divided by commas, equal to one of them.
        case equals(sql: String, Value)
        /// `NAME_from` and `NAME_to`: from the one on, and before the other.
        case range(sql: String, Value)
        /// A text that begins so, in any case.
        case prefix(sql: String)
        /// Whether there is a value.
        case present(sql: String)
        /// A condition that holds or not.
        case condition(sql: String)
        /// Words that each stand for a condition.
        case words([(word: String, sql: String)])
        /// An address inside a network, or the address itself.
        case within(sql: String)
        /// Reseller's id: his rows and those of the resellers below him.
        case reseller
    }

    package let name: String
    package let text: String
    package let test: Test
    /// Only a few rows are ever alike in it, so that any sort will do.
    package let isNarrow: Bool

    package init(_ name: String, _ text: String, _ test: Test, isNarrow: Bool = false) {
        self.name = name
        self.text = text
        self.test = test
        self.isNarrow = isNarrow
    }

    /// What a query names it by.
    package var parameters: [String] {
        if case .range = test { ["\(name)_from", "\(name)_to"] } else { [name] }
    }

    /// What a parameter of it holds, for documents.
    package var kind: FieldKind {
        switch test {
        case .equals(_, let value), .range(_, let value): value.kind
        case .prefix: .text
        case .present, .condition: .bool
        case .words(let words): .choice(words.map(\.word))
        case .within: .format("ip-prefix")
        case .reseller: .integer
        }
    }
}

extension ListFilter.Value {
    package var kind: FieldKind {
        switch self {
        case .bigint: .integer
        case .text: .text
        case .bool: .bool
        case .timestamptz: .format("date-time")
        case .inet: .format("ip-address")
        case .macaddr: .format("mac-address")
        }
    }

    /// The value as the database takes it, and nil for a text that is none.
    func parameter(_ text: String) -> Parameter? {
        switch self {
        case .bigint: Int64(text).map { .int($0) }
        case .text: text.utf8.contains(0) || text.unicodeScalars.count > 500 ? nil : .text(text)
        case .bool: ["true": true, "false": false][text].map { .bool($0) }
        case .timestamptz: ListTime.parse(text).map { .timestamp($0) }
        case .inet: IPAddress(text).map { .text($0.description) }
        case .macaddr: MACAddress(text).map { .text($0.description) }
        }
    }

    /// The end of a sentence that begins with the parameter's name.
    var fault: String {
        switch self {
        case .bigint: "must be a whole number"
        case .text: "must be a text of up to 500 characters"
        case .bool: "must be true or false"
        case .timestamptz: "must be a time like 2026-11-21T05:40:00Z"
        case .inet: "must be an address like 192.0.2.1 or 2001:db8::1"
        case .macaddr: "must be a MAC address like 00:11:22:AA:BB:CC"
        }
    }
}
