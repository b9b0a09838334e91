package import PluginAPI

extension AttributeKey {
    package static let msCHAPResponse = AttributeKey(UInt32(Microsoft.chapResponse), vendor: Microsoft.vendor)
    package static let msCHAPChallenge = AttributeKey(UInt32(Microsoft.chapChallenge), vendor: Microsoft.vendor)
    package static let msCHAP2Response = AttributeKey(UInt32(Microsoft.chap2Response), vendor: Microsoft.vendor)
}
