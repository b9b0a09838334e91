/// A weak reference to what belongs to a loop's thread, carried through other threads. Only work posted to that loop
/// may look inside; that is what makes the promise of being Sendable true.
struct LoopConfined<Value: AnyObject>: @unchecked Sendable {
    weak var value: Value?

    init(_ value: Value) { self.value = value }
}
