/// Which attribute: vendor 0 is the standard space (RFC 2865 section 5); otherwise the vendor's enterprise number and
/// the number inside its Vendor-Specific attribute (RFC 2865 section 5.26).
@frozen
public struct AttributeKey: Sendable, Hashable {
    public let vendor: UInt32
    public let number: UInt32

    @inlinable
    public init(_ number: UInt32, vendor: UInt32 = 0) {
        self.vendor = vendor
        self.number = number
    }
}
