/// A user name as sent, divided at its last `@`. Read in place: valid as long as the packet.
package struct LoginName: @unchecked Sendable {
    private enum Storage {
        case borrowed(UnsafeRawBufferPointer)
        case owned([UInt8])
    }

    private let storage: Storage
    /// Where the `@` is; the name's length when there is none.
    private let at: Int

    package init(_ bytes: UnsafeRawBufferPointer) {
        storage = .borrowed(bytes)
        at = LoginName.divide(bytes)
    }

    /// One that owns its bytes.
    package init(_ text: String) {
        let bytes = Array(text.utf8)
        storage = .owned(bytes)
        at = bytes.withUnsafeBytes { LoginName.divide($0) }
    }

    /// A name that begins with `@` is whole.
    private static func divide(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")), at > 0 else { return bytes.count }
        return at
    }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch storage {
        case .borrowed(let bytes): body(bytes)
        case .owned(let bytes): bytes.withUnsafeBytes { body($0) }
        }
    }

    /// Before the `@`; the whole name when there is none.
    package func withUser<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<at])) }
    }

    package var hasRealm: Bool { withBytes { at < $0.count } }

    /// Whether the realm is this one, in any case of its letters.
    package func hasRealm(_ realm: String) -> Bool {
        withBytes { bytes in
            guard at < bytes.count else { return false }
            return bytes[(at + 1)...].lazy.map(LoginName.lowercased).elementsEqual(
                realm.utf8.lazy.map(LoginName.lowercased))
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }

    package var full: String { withBytes { storableText($0) } }

    package var user: String { withUser { storableText($0) } }

    /// After the `@`, lower case; nil when there is none.
    package var realm: String? {
        withBytes { at < $0.count ? storableText($0[(at + 1)...]).lowercased() : nil }
    }
}
