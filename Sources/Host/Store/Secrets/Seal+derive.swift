import CCrypto

extension Seal {
    /// `count` bytes for another use of the operator's key, told apart by its label (HKDF, RFC 5869): what is sealed
    /// with them says nothing of the key itself.
    ///
    /// - id: which key; the current one unless told. Throws `.setup` when it is not in the key file.
    package func derive(
        _ count: Int, label: String, salt: [UInt8], id: UInt16? = nil
    ) throws(StoreError) -> (id: UInt16, bytes: [UInt8]) {
        let id = id ?? current
        guard let key = keys[id] else {
            throw StoreError(.setup, "the key \(id) of the \(label) is not in the key file")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        let info = Array(label.utf8)
        let done = tk_hkdf(key, salt, salt.count, info, info.count, &bytes, count)
        precondition(done == 1, "libcrypto has no HKDF")
        return (id, bytes)
    }
}
