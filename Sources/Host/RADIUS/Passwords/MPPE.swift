/// Whether the link may or must be encrypted, and how strongly (RFC 2548 sections 2.4.4, 2.4.5).
package struct MPPEPolicy: Sendable, Hashable {
    package var isRequired: Bool
    /// Bits 2 (40-bit) and 4 (128-bit).
    package var types: UInt32

    package init(isRequired: Bool = false, types: UInt32 = 6) {
        self.isRequired = isRequired
        self.types = types
    }

    func append(to reply: inout ReplyWriter) throws(DropReason) {
        try reply.append(vendor: Microsoft.vendor, Microsoft.mppeEncryptionPolicy, integer: isRequired ? 2 : 1)
        try reply.append(vendor: Microsoft.vendor, Microsoft.mppeEncryptionTypes, integer: types)
    }
}

/// MPPE's keys from MS-CHAPv2 (RFC 3079 section 3).
enum MPPE {
    /// RFC 3079 section 3.4, GetMasterKey.
    static func masterKey(hashOfHash: Bytes16, response: MSCHAP.Response) -> Bytes16 {
        var sha = SHA1()
        sha.update(hashOfHash)
        response.withUnsafeBytes { sha.update($0) }
        sha.update("This is the MPPE Master Key")
        return sha.digest().head
    }

    /// The key of one direction, 128 bits (RFC 3079 section 3.4, GetAsymmetricStartKey). `serverSends` is the
    /// direction from the server of the link to the client. A weaker key is its first 8 bytes.
    static func startKey(masterKey: Bytes16, serverSends: Bool) -> Bytes16 {
        var sha = SHA1()
        sha.update(masterKey)
        sha.update(0, count: 40)
        if serverSends {
            sha.update("On the client side, this is the receive key; on the server side, it is the send key.")
        } else {
            sha.update("On the client side, this is the send key; on the server side, it is the receive key.")
        }
        sha.update(0xF2, count: 40)
        return sha.digest().head
    }

    /// One salted key attribute (RFC 2548 sections 2.4.2, 2.4.3): two bytes of salt, and 17 bytes in two blocks.
    static func append(
        _ key: Bytes16, as number: UInt8, salt: UInt16, secret: SharedSecret, to reply: inout ReplyWriter
    ) throws(DropReason) {
        let salt = salt | 0x8000
        let authenticator = reply.requestAuthenticator
        try withUnsafeTemporaryAllocation(byteCount: 34, alignment: 1) { (value) throws(DropReason) in
            value.initializeMemory(as: UInt8.self, repeating: 0)
            value.storeBytes(of: salt.bigEndian, as: UInt16.self)
            value[2] = 16
            value.storeBytes(of: key, toByteOffset: 3, as: Bytes16.self)
            let blocks = UnsafeMutableRawBufferPointer(rebasing: value[2...])
            HiddenValue.encrypt(blocks, start: authenticator, salt: salt, secret: secret)
            try reply.append(vendor: Microsoft.vendor, number, UnsafeRawBufferPointer(value))
        }
    }
}
