/// Hides and shows values with what a NAS and the server share. The dictionary has no cryptography of its own: whoever
/// knows the secret gives one.
package protocol AttributeCipher {
    /// The value as it goes on the wire; for `tunnelPassword` with its two salt bytes in front.
    /// nil when the value does not fit the method.
    func encrypt(_ plain: [UInt8], method: Encryption) -> [UInt8]?
    /// The plain value; nil when the bytes can't be of that method.
    func decrypt(_ sealed: [UInt8], method: Encryption) -> [UInt8]?
}
