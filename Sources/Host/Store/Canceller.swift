import CPQ

/// Stops the statement that a connection is running, from any thread. The statement then throws `.cancelled`.
package final class Canceller: @unchecked Sendable {
    private let handle: OpaquePointer?

    init(_ handle: OpaquePointer?) { self.handle = handle }

    deinit { PQfreeCancel(handle) }

    /// False when the request could not be delivered. That it was delivered does not say that it came in time.
    @discardableResult
    package func cancel() -> Bool {
        var reason = [CChar](repeating: 0, count: 256)
        return PQcancel(handle, &reason, Int32(reason.count)) == 1
    }
}
