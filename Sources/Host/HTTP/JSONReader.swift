package import PluginAPI

/// JSON text from outside to values (RFC 8259): in UTF-8 alone, and in time and memory that grow with its length alone.
package enum JSONReader {
    package struct Fault: Error, Sendable {
        /// One sentence; no part of the text.
        package let message: String
    }

    /// A number without fraction is an integer where 64 bits hold it, however it is written; of members of one name the
    /// last counts. Throws `Fault` when the bytes are no JSON, or nested deeper than 64.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> FieldValue {
        var text = JSONText(bytes)
        return try text.whole()
    }
}
