/// The Class attribute that carries our session key: four bytes that say it is ours, then the key. A NAS returns it
/// unchanged in accounting (RFC 2865 section 5.25).
package enum ClassValue {
    private static let mark = Array("TK1:".utf8)

    package static func encode(_ key: SessionKey) -> [UInt8] { mark + key.bytes }

    /// nil when the value is another server's.
    package static func decode(_ value: some Collection<UInt8>) -> SessionKey? {
        guard value.count == 20, value.prefix(4).elementsEqual(mark) else { return nil }
        return SessionKey(bytes: value.dropFirst(4))
    }

    /// Writes it to the room's beginning; its bytes.
    static func put(_ key: SessionKey, _ room: UnsafeMutableRawBufferPointer) -> Int {
        room.copyBytes(from: mark)
        room.storeBytes(of: key.high.bigEndian, toByteOffset: 4, as: UInt64.self)
        room.storeBytes(of: key.low.bigEndian, toByteOffset: 12, as: UInt64.self)
        return 20
    }
}
