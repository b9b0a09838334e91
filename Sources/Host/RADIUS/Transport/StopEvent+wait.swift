import Glibc

extension StopEvent {
    /// Whether it was raised; waits so long for it.
    package func isRaised(waitingMilliseconds milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, milliseconds) > 0
    }
}
