package import PluginAPI

/// JSON text from outside to values (RFC 8259): in UTF-8 alone, and in time and memory that grow with its length alone.
package enum JSONReader {
    package struct Fault: Error, Sendable {
        /// One sentence; no part of the text.
        package let message: String
    }

    /// A whole number that 64 bits hold is an integer, however it is written (`1e3`, `1.0`), and nothing else is: what a
    /// `Double` would round to one stays a number. Of members of one name the last counts. Throws `Fault` when the bytes are no JSON, or nested deeper than 64.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> FieldValue {
        var text = JSONText(bytes)
        return try text.whole()
    }
}
