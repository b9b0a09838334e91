/// Numbers of the attributes that the packet path itself reads or writes; all others are the dictionary's
/// (RFC 2865 section 5, RFC 2866 section 5, RFC 2869, RFC 3162, RFC 4818, RFC 5176, RFC 6911).
package enum AttributeNumber {
    package static let userName: UInt8 = 1
    package static let userPassword: UInt8 = 2
    package static let chapPassword: UInt8 = 3
    package static let nasIPAddress: UInt8 = 4
    package static let nasPort: UInt8 = 5
    package static let serviceType: UInt8 = 6
    package static let framedProtocol: UInt8 = 7
    package static let framedIPAddress: UInt8 = 8
    package static let filterID: UInt8 = 11
    package static let replyMessage: UInt8 = 18
    package static let state: UInt8 = 24
    package static let classAttribute: UInt8 = 25
    package static let vendorSpecific: UInt8 = 26
    package static let sessionTimeout: UInt8 = 27
    package static let idleTimeout: UInt8 = 28
    package static let calledStationID: UInt8 = 30
    package static let callingStationID: UInt8 = 31
    package static let nasIdentifier: UInt8 = 32
    package static let proxyState: UInt8 = 33
    package static let acctStatusType: UInt8 = 40
    package static let acctDelayTime: UInt8 = 41
    package static let acctInputOctets: UInt8 = 42
    package static let acctOutputOctets: UInt8 = 43
    package static let acctSessionID: UInt8 = 44
    package static let acctSessionTime: UInt8 = 46
    package static let acctInputPackets: UInt8 = 47
    package static let acctOutputPackets: UInt8 = 48
    package static let acctTerminateCause: UInt8 = 49
    package static let acctMultiSessionID: UInt8 = 50
    package static let acctInputGigawords: UInt8 = 52
    package static let acctOutputGigawords: UInt8 = 53
    package static let eventTimestamp: UInt8 = 55
    package static let chapChallenge: UInt8 = 60
    package static let nasPortType: UInt8 = 61
    package static let eapMessage: UInt8 = 79
    package static let messageAuthenticator: UInt8 = 80
    package static let acctInterimInterval: UInt8 = 85
    package static let nasPortID: UInt8 = 87
    package static let nasIPv6Address: UInt8 = 95
    package static let framedInterfaceID: UInt8 = 96
    package static let framedIPv6Prefix: UInt8 = 97
    package static let errorCause: UInt8 = 101
    package static let delegatedIPv6Prefix: UInt8 = 123
    package static let framedIPv6Address: UInt8 = 168
}

/// Microsoft's vendor number and attributes (RFC 2548).
package enum Microsoft {
    package static let vendor: UInt32 = 311
    package static let chapResponse: UInt8 = 1
    package static let chapError: UInt8 = 2
    package static let mppeEncryptionPolicy: UInt8 = 7
    package static let mppeEncryptionTypes: UInt8 = 8
    package static let chapChallenge: UInt8 = 11
    package static let chapMPPEKeys: UInt8 = 12
    package static let mppeSendKey: UInt8 = 16
    package static let mppeRecvKey: UInt8 = 17
    package static let chap2Response: UInt8 = 25
    package static let chap2Success: UInt8 = 26
}
