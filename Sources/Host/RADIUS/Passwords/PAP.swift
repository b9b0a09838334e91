import CCrypto

extension PasswordCheck {
    /// PAP: the password itself, hidden under the secret (RFC 2865 section 5.2).
    func pap() -> PasswordVerdict {
        guard let hidden = request.first(AttributeNumber.userPassword) else { return .cannotServe(.noPassword) }
        let credential = credential
        let verdict = HiddenValue.withRevealed(hidden, secret: secret, authenticator: request.authenticator) {
            password -> PasswordVerdict in
            if PasswordCheck.matches(password, credential) { return .accepted(.none) }
            return .wrong(PasswordCheck.isUTF8(password) ? .plain : .unreadable)
        }
        return verdict ?? .malformed(.userPasswordLength)
    }

    /// Whether the clear password is the one known.
    package static func matches(_ password: UnsafeRawBufferPointer, _ credential: CredentialView) -> Bool {
        switch credential {
        case .cleartext(let known, _): known.matches(password)
        case .ntHash(let known): NTHash.of(password).map { $0.matches(known) } ?? false
        case .crypt(let known): PasswordCheck.crypt(password, as: known)
        case .md5(let known): MD5.digest(password).matches(known)
        case .sha(let known): PasswordCheck.sha(password, salt: nil, is: known)
        case .ssha(let known, let salt): PasswordCheck.sha(password, salt: salt, is: known)
        case .none: false
        }
    }

    private static func sha(
        _ password: UnsafeRawBufferPointer, salt: UnsafeRawBufferPointer?, is known: UnsafeRawBufferPointer
    ) -> Bool {
        var sha = SHA1()
        sha.update(password)
        if let salt { sha.update(salt) }
        return sha.digest().withUnsafeBytes { known.matches($0) }
    }

    /// crypt(3) of the password under the setting of the known hash. A password with a NUL inside is none that
    /// crypt(3) could have taken.
    private static func crypt(_ password: UnsafeRawBufferPointer, as known: UnsafeRawBufferPointer) -> Bool {
        guard !password.contains(0) else { return false }
        let setting = String(decoding: known, as: UTF8.self)
        return withUnsafeTemporaryAllocation(byteCount: password.count + 1, alignment: 1) { text in
            text.copyMemory(from: password)
            text[password.count] = 0
            defer { wipe(text) }
            return withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { hash in
                guard let hashAt = hash.baseAddress, let textAt = text.baseAddress,
                    tk_crypt(textAt, setting, hashAt, hash.count) == 0
                else { return false }
                let end = hash.firstIndex(of: 0) ?? 0
                let made = UnsafeRawBufferPointer(rebasing: hash[..<end])
                return known.matches(made)
            }
        }
    }

    private static func isUTF8(_ password: UnsafeRawBufferPointer) -> Bool {
        String(validating: password, as: UTF8.self) != nil
    }
}
