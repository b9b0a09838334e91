/// What is known of a subscriber's password.
package enum Credential: Sendable, Hashable {
    /// UTF-8, as the subscriber types it.
    case cleartext([UInt8])
    /// MD4 of the password in UTF-16LE (RFC 2759 section 8.3).
    case ntHash(Bytes16)
    /// crypt(3), with its setting: `$6$…`, `$y$…`, `$1$…`, or the old thirteen characters.
    case crypt(String)
    case md5(Bytes16)
    /// SHA-1, 20 bytes.
    case sha([UInt8])
    /// SHA-1 of password and salt, 20 bytes, and the salt (RFC 2307 as OpenLDAP extends it).
    case ssha([UInt8], salt: [UInt8])
    /// None: such a subscriber logs in by MAC or line only.
    case none
}

/// A credential in place: what `Credential` owns, this one borrows. Valid as long as the bytes are.
package enum CredentialView {
    /// The password, and its NT hash where somebody has kept it.
    case cleartext(UnsafeRawBufferPointer, ntHash: Bytes16?)
    case ntHash(Bytes16)
    /// crypt(3)'s text.
    case crypt(UnsafeRawBufferPointer)
    case md5(Bytes16)
    case sha(UnsafeRawBufferPointer)
    case ssha(UnsafeRawBufferPointer, salt: UnsafeRawBufferPointer)
    case none

    /// Whether a login by this method can be decided with this credential.
    package func canServe(_ method: PasswordMethod) -> Bool {
        switch (self, method) {
        case (.none, _), (_, .none): false
        case (.cleartext, _), (_, .pap): true
        case (.ntHash, .msCHAPv1), (.ntHash, .msCHAPv2): true
        default: false
        }
    }

    /// The kind of credential, as it is shown to people.
    package var kind: String {
        switch self {
        case .cleartext: "cleartext"
        case .ntHash: "NT hash"
        case .crypt: "crypt"
        case .md5: "MD5"
        case .sha: "SHA"
        case .ssha: "SSHA"
        case .none: "none"
        }
    }
}

extension Credential {
    package func canServe(_ method: PasswordMethod) -> Bool { withView { $0.canServe(method) } }

    package var kind: String { withView { $0.kind } }

    package func withView<Result>(_ body: (CredentialView) -> Result) -> Result {
        switch self {
        case .cleartext(let password): password.withUnsafeBytes { body(.cleartext($0, ntHash: nil)) }
        case .ntHash(let hash): body(.ntHash(hash))
        case .crypt(let text): Array(text.utf8).withUnsafeBytes { body(.crypt($0)) }
        case .md5(let hash): body(.md5(hash))
        case .sha(let hash): hash.withUnsafeBytes { body(.sha($0)) }
        case .ssha(let hash, let salt):
            hash.withUnsafeBytes { hash in salt.withUnsafeBytes { body(.ssha(hash, salt: $0)) } }
        case .none: body(.none)
        }
    }
}
