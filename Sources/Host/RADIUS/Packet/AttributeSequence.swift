package import PluginAPI

/// An attribute as it stands in a packet: its number and the bytes of its value, 0…253, in place.
public struct AttributeView {
    public let number: UInt8
    public let value: UnsafeRawBufferPointer

    @inlinable
    public init(number: UInt8, value: UnsafeRawBufferPointer) {
        self.number = number
        self.value = value
    }
}

/// Walks a list of attributes. Stops at the first that does not fit: a packet's were checked, a vendor's value was not.
/// Public and inlinable (see `Locked`), as every packet is walked several times.
public struct AttributeSequence: Sequence, IteratorProtocol {
    @usableFromInline var rest: UnsafeRawBufferPointer

    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    @inlinable
    public mutating func next() -> AttributeView? {
        guard rest.count >= 2 else { return nil }
        let size = Int(rest[1])
        guard size >= 2, size <= rest.count else { return nil }
        let attribute = AttributeView(number: rest[0], value: UnsafeRawBufferPointer(rebasing: rest[2..<size]))
        rest = UnsafeRawBufferPointer(rebasing: rest[size...])
        return attribute
    }
}

/// An attribute with its full key: standard, or of a vendor.
package struct KeyedAttributeView {
    package let key: AttributeKey
    package let value: UnsafeRawBufferPointer
}

/// Walks a list of attributes and those inside Vendor-Specific, in order. A Vendor-Specific one that can't be taken
/// apart comes whole, under its own number 26.
package struct FlatAttributeSequence: Sequence, IteratorProtocol {
    private var outer: AttributeSequence
    private var inner: VendorAttributeSequence?

    package init(_ bytes: UnsafeRawBufferPointer) { outer = AttributeSequence(bytes) }

    package mutating func next() -> KeyedAttributeView? {
        if let part = inner?.next() { return part }
        inner = nil
        guard let attribute = outer.next() else { return nil }
        if attribute.number == AttributeNumber.vendorSpecific, VendorAttributeSequence.isWellFormed(attribute.value) {
            inner = VendorAttributeSequence(attribute.value)
            return inner?.next()
        }
        return KeyedAttributeView(key: AttributeKey(UInt32(attribute.number)), value: attribute.value)
    }
}
