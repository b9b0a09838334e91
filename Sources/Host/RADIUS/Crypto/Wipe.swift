import CCrypto

/// Overwrites bytes that held a password or a key.
func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    if let base = bytes.baseAddress { tk_wipe(base, bytes.count) }
}
