/// What went wrong with the journal, in a sentence.
package struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The folder is not fit for use, or another process has it.
        case setup
        /// The configured size is reached.
        case full
        /// The disk took or gave no bytes.
        case disk
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
