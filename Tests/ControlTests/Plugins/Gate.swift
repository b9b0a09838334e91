import Dispatch

/// Holds up whoever waits, until it is opened.
final class Gate: Sendable {
    private let bell = DispatchSemaphore(value: 0)

    func wait() {
        bell.wait()
        bell.signal()
    }

    func open() { bell.signal() }
}
