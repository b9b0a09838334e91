/// A JSON value to be written (RFC 8259). Members keep their order.
package indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([JSON])
    case object([(String, JSON)])
    /// JSON text made elsewhere (the database), taken as it is.
    case raw(String)

    package static func == (left: JSON, right: JSON) -> Bool { left.text == right.text }

    package static func count(_ value: some BinaryInteger) -> JSON { .integer(Int64(value)) }

    /// The value or null.
    package static func optional(_ text: String?) -> JSON { text.map(JSON.text) ?? .null }

    /// As JSON text, without blanks or line breaks.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The same in UTF-8.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }
}
