public import Glibc

/// A value behind a lock, for a few lines at a time.
///
/// A POSIX mutex, not the standard library's `Mutex`: the thread sanitizer knows the former and can't see the futex
/// word of the latter, so with that one it reports races that are none and hides those that are.
///
/// Public and inlinable: called through generics, a packet's locks would cost more than they do, and this compiler
/// (6.3.1) inlines nothing of another module that is `package`.
public struct Locked<Value: ~Copyable & Sendable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    public init(_ initial: consuming Value) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        let result = pthread_mutex_init(mutex, nil)
        precondition(result == 0, "a mutex can be made")
        value = .allocate(capacity: 1)
        value.initialize(to: initial)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
