import Dictionary
import PluginAPI
import RADIUS

/// The values of one reply's slots, as they are: `SlotValues` without the heap.
struct ReplyFacts {
    var addresses: StaticAddresses
    /// The subscriber's name; valid as long as its record.
    var userName: UnsafeRawBufferPointer?
    var sessionKey: SessionKey
    var sessionTimeoutSeconds: UInt32?
    var interimIntervalSeconds: UInt32

    init(
        _ facts: SubscriberFacts?, userName: UnsafeRawBufferPointer?, key: SessionKey, preferences: Preferences,
        now: Int64
    ) {
        addresses = facts?.addresses ?? StaticAddresses()
        self.userName = userName
        sessionKey = key
        interimIntervalSeconds = preferences.interim(seed: key.low)
        if preferences.hardCut, let expiry = facts?.expiry, expiry > now {
            sessionTimeoutSeconds = UInt32(clamping: expiry - now)
        }
    }

    func has(_ slot: ReplySlot) -> Bool {
        switch slot {
        case .framedIPAddress: addresses.ipv4 != nil
        case .framedIPv6Address: addresses.ipv6 != nil
        case .framedIPv6Prefix: addresses.ipv6Prefix != nil
        case .delegatedIPv6Prefix: addresses.delegatedPrefix != nil
        case .framedInterfaceID: addresses.interfaceID != nil
        case .userName: userName != nil
        case .sessionKey, .interimInterval: true
        case .sessionTimeout: sessionTimeoutSeconds != nil
        }
    }

    /// Appends the slot's value as an attribute; nothing when there is none.
    func append(
        _ slot: ReplySlot, _ number: UInt8, _ vendor: UInt32, _ tag: UInt8?, to reply: inout ReplyWriter
    ) throws(DropReason) {
        if slot == .userName {
            guard let userName else { return }
            return try reply.append(key: (vendor, number), tag: tag, userName)
        }
        // The longest value is a mark and a session key, or a prefix.
        try withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { (room) throws(DropReason) in
            let count = fill(slot, room)
            if count > 0 {
                let value = UnsafeRawBufferPointer(rebasing: room[..<count])
                try reply.append(key: (vendor, number), tag: tag, value)
            }
        }
    }

    /// Writes the value to the room; how many bytes.
    private func fill(_ slot: ReplySlot, _ room: UnsafeMutableRawBufferPointer) -> Int {
        switch slot {
        case .framedIPAddress: if let address = addresses.ipv4 { return ReplyFacts.put(address, room, at: 0) }
        case .framedIPv6Address: if let address = addresses.ipv6 { return ReplyFacts.put(address, room, at: 0) }
        case .framedIPv6Prefix: if let prefix = addresses.ipv6Prefix { return ReplyFacts.put(prefix, room) }
        case .delegatedIPv6Prefix: if let prefix = addresses.delegatedPrefix { return ReplyFacts.put(prefix, room) }
        case .framedInterfaceID: if let id = addresses.interfaceID { return ReplyFacts.put(id, room, at: 0) }
        case .sessionKey: return ClassValue.put(sessionKey, room)
        case .sessionTimeout: if let seconds = sessionTimeoutSeconds { return ReplyFacts.put(seconds, room) }
        case .interimInterval: return ReplyFacts.put(interimIntervalSeconds, room)
        case .userName: break
        }
        return 0
    }

    private static func put(_ value: UInt32, _ room: UnsafeMutableRawBufferPointer) -> Int {
        room.storeBytes(of: value.bigEndian, as: UInt32.self)
        return 4
    }

    private static func put(_ value: UInt64, _ room: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        room.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
        return 8
    }

    private static func put(_ address: IPAddress, _ room: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        if address.isIPv4 {
            let bits = UInt32(truncatingIfNeeded: address.low)
            room.storeBytes(of: bits.bigEndian, toByteOffset: offset, as: UInt32.self)
            return 4
        }
        return put(address.high, room, at: offset) + put(address.low, room, at: offset + 8)
    }

    /// Reserved byte, length, and only as many address bytes as the length needs (RFC 3162 section 2.3).
    private static func put(_ prefix: IPPrefix, _ room: UnsafeMutableRawBufferPointer) -> Int {
        room[0] = 0
        room[1] = UInt8(prefix.length)
        _ = put(prefix.network, room, at: 2)
        return 2 + (prefix.length + 7) / 8
    }
}

/// `Slot`, closed: the packet path asks it often.
enum ReplySlot {
    case framedIPAddress, framedIPv6Address, framedIPv6Prefix, delegatedIPv6Prefix, framedInterfaceID, userName
    case sessionKey, sessionTimeout, interimInterval

    /// nil for a slot that this version does not know.
    init?(_ slot: Slot) {
        switch slot {
        case .framedIPAddress: self = .framedIPAddress
        case .framedIPv6Address: self = .framedIPv6Address
        case .framedIPv6Prefix: self = .framedIPv6Prefix
        case .delegatedIPv6Prefix: self = .delegatedIPv6Prefix
        case .framedInterfaceID: self = .framedInterfaceID
        case .userName: self = .userName
        case .sessionKey: self = .sessionKey
        case .sessionTimeout: self = .sessionTimeout
        case .interimInterval: self = .interimInterval
        @unknown default: return nil
        }
    }
}

extension ReplyWriter {
    /// Appends an attribute, standard or a vendor's, with its tag in front of the value. One that is too long for an
    /// attribute is left out, as where it was compiled.
    mutating func append(
        key: (vendor: UInt32, number: UInt8), tag: UInt8?, _ value: UnsafeRawBufferPointer
    ) throws(DropReason) {
        guard value.count + (tag == nil ? 0 : 1) <= (key.vendor == 0 ? 253 : 247) else { return }
        guard let tag else {
            if key.vendor == 0 { return try append(key.number, value) }
            return try append(vendor: key.vendor, key.number, value)
        }
        try withUnsafeTemporaryAllocation(byteCount: value.count + 1, alignment: 1) { (room) throws(DropReason) in
            room[0] = tag
            UnsafeMutableRawBufferPointer(rebasing: room[1...]).copyMemory(from: value)
            let tagged = UnsafeRawBufferPointer(room)
            if key.vendor == 0 { return try append(key.number, tagged) }
            try append(vendor: key.vendor, key.number, tagged)
        }
    }
}
