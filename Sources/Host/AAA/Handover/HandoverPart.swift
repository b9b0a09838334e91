/// One component's share of what a data plane leaves to its successor process.
///
/// The successor has loaded everything from the database a while ago, so a component passes on only what changed since.
package struct HandoverPart: Sendable {
    /// At most 255 bytes; a successor that does not know it passes the share over.
    let name: String
    let write: @Sendable (_ changedSince: UInt64, _ bytes: inout [UInt8]) -> Void
    let read: @Sendable (_ bytes: inout ArraySlice<UInt8>) -> Void

    /// - changedSince: milliseconds of the machine's monotonic clock, which is the same in every process.
    package init(
        _ name: String, write: @escaping @Sendable (_ changedSince: UInt64, _ bytes: inout [UInt8]) -> Void,
        read: @escaping @Sendable (_ bytes: inout ArraySlice<UInt8>) -> Void
    ) {
        precondition((1...255).contains(name.utf8.count), "the name of a handover's part is 1 to 255 bytes")
        self.name = name
        self.write = write
        self.read = read
    }
}
