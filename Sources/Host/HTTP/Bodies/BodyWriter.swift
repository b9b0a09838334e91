/// Where a streamed body goes, piece by piece. Let go of without `finish`, the body is broken off.
package protocol BodyWriter: AnyObject, Sendable {
    /// Sends a piece; waits while the client is slow to read. False when the client is gone, or takes less than nothing
    /// for half a minute: stop then.
    func write(_ bytes: [UInt8]) -> Bool
    /// The same without waiting: false when the client is gone or so far behind that there is no room. The connection
    /// is then over.
    func offer(_ bytes: [UInt8]) -> Bool
    /// The body ends here; `completely` false breaks the connection off, so that nobody takes half for whole.
    func finish(completely: Bool)
    var isOpen: Bool { get }
}
