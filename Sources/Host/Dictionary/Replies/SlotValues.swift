package import PluginAPI

/// What is known at one login: the values of the slots.
package struct SlotValues: Sendable {
    package var framedIPAddress: IPAddress?
    package var framedIPv6Address: IPAddress?
    package var framedIPv6Prefix: IPPrefix?
    package var delegatedIPv6Prefix: IPPrefix?
    /// 8 bytes.
    package var framedInterfaceID: [UInt8]?
    package var userName: [UInt8]?
    /// 16 bytes.
    package var sessionKey: [UInt8]?
    package var sessionTimeoutSeconds: UInt32?
    package var interimIntervalSeconds: UInt32?

    package init() {}

    package func has(_ slot: Slot) -> Bool {
        switch slot {
        case .framedIPAddress: framedIPAddress != nil
        case .framedIPv6Address: framedIPv6Address != nil
        case .framedIPv6Prefix: framedIPv6Prefix != nil
        case .delegatedIPv6Prefix: delegatedIPv6Prefix != nil
        case .framedInterfaceID: framedInterfaceID != nil
        case .userName: userName != nil
        case .sessionKey: sessionKey != nil
        case .sessionTimeout: sessionTimeoutSeconds != nil
        case .interimInterval: interimIntervalSeconds != nil
        @unknown default: false
        }
    }

    /// The value as an attribute carries it; nil when there is none.
    package func bytes(_ slot: Slot) -> [UInt8]? {
        switch slot {
        case .framedIPAddress: framedIPAddress?.bytes
        case .framedIPv6Address: framedIPv6Address?.bytes
        case .framedIPv6Prefix: framedIPv6Prefix.map(SlotValues.prefixBytes)
        case .delegatedIPv6Prefix: delegatedIPv6Prefix.map(SlotValues.prefixBytes)
        case .framedInterfaceID: framedInterfaceID
        case .userName: userName
        case .sessionKey: sessionKey
        case .sessionTimeout: sessionTimeoutSeconds.map(SlotValues.integerBytes)
        case .interimInterval: interimIntervalSeconds.map(SlotValues.integerBytes)
        @unknown default: nil
        }
    }

    /// The value as text, for templates; nil when there is none.
    package func text(_ slot: Slot) -> String? {
        switch slot {
        case .framedIPAddress: framedIPAddress?.description
        case .framedIPv6Address: framedIPv6Address?.description
        case .framedIPv6Prefix: framedIPv6Prefix?.description
        case .delegatedIPv6Prefix: delegatedIPv6Prefix?.description
        case .framedInterfaceID: framedInterfaceID.map(SlotValues.hex)
        case .userName: userName.map { String(decoding: $0, as: UTF8.self) }
        case .sessionKey: sessionKey.map(SlotValues.hex)
        case .sessionTimeout: sessionTimeoutSeconds.map { String($0) }
        case .interimInterval: interimIntervalSeconds.map { String($0) }
        @unknown default: nil
        }
    }

    /// Reserved byte, length, and only as many address bytes as the length needs (RFC 3162 section 2.3).
    private static func prefixBytes(_ prefix: IPPrefix) -> [UInt8] {
        [0, UInt8(prefix.length)] + prefix.network.bytes.prefix((prefix.length + 7) / 8)
    }

    private static func integerBytes(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
