/// Numbers of the attributes that the protocol itself is made of; all others are the dictionary's.
package enum AttributeNumber {
    package static let userName: UInt8 = 1
    package static let userPassword: UInt8 = 2
    package static let chapPassword: UInt8 = 3
    package static let nasIPAddress: UInt8 = 4
    package static let nasPort: UInt8 = 5
    package static let replyMessage: UInt8 = 18
    package static let state: UInt8 = 24
    package static let classAttribute: UInt8 = 25
    package static let vendorSpecific: UInt8 = 26
    package static let calledStationID: UInt8 = 30
    package static let callingStationID: UInt8 = 31
    package static let nasIdentifier: UInt8 = 32
    package static let proxyState: UInt8 = 33
    package static let acctStatusType: UInt8 = 40
    package static let acctSessionID: UInt8 = 44
    package static let chapChallenge: UInt8 = 60
    package static let eapMessage: UInt8 = 79
    package static let messageAuthenticator: UInt8 = 80
    package static let errorCause: UInt8 = 101
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
