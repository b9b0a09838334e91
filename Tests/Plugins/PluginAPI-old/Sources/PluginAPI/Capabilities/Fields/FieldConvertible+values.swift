/// A value that travels as text of its own shape.
public protocol FieldText: FieldConvertible, LosslessStringConvertible {
    /// The name of the shape: `rate`.
    static var format: String { get }
    /// An example for the error message.
    static var example: String { get }
}

extension FieldText {
    public static var fieldKind: FieldKind { .format(format) }

    public init(fieldValue: FieldValue) throws {
        guard case .text(let text) = fieldValue, let value = Self(text) else {
            throw Self.mismatch(fieldValue, "like \(Self.example)")
        }
        self = value
    }

    public var fieldValue: FieldValue { .text(description) }
}

extension Rate: FieldText {
    public static var format: String { "rate" }
    public static var example: String { "20M" }
}

extension IPAddress: FieldText {
    public static var format: String { "ip-address" }
    public static var example: String { "192.0.2.1 or 2001:db8::1" }
}

extension IPPrefix: FieldText {
    public static var format: String { "ip-prefix" }
    public static var example: String { "192.0.2.0/24" }
}

extension MACAddress: FieldText {
    public static var format: String { "mac-address" }
    public static var example: String { "00:11:22:AA:BB:CC" }
}
